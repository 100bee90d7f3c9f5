import type { ChildProcess } from 'node:child_process';

/** The next message of a process. Rejects when it ends before. */
export function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((done, fail) => {
    const ended = () => fail(new Error(`${child.spawnargs.join(' ')} ended before it answered`));
    child.once('exit', ended);
    child.once('message', (message: Message) => {
      child.off('exit', ended);
      done(message);
    });
  });
}
