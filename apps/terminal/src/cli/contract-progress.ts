import type { CompletedStep, ContractProgress, ContractRecord } from '@tegata/contracts/terminal-v1';
import { offerPage } from './capture-page.ts';
import type { Output } from './output.ts';

/** What a streamed application has told. */
export interface ToldApplication {
  readonly contract: ContractRecord | undefined;
  readonly steps: readonly CompletedStep[];
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * Prints the steps of an application as they end, with their times; a spinner between them where there is a screen. Opens the capture page there, too,
 * unless told not to.
 */
export async function followApplication(
  output: Output,
  responses: AsyncIterable<{ readonly progress: ContractProgress | undefined }>,
  { open }: { readonly open: boolean },
): Promise<ToldApplication> {
  const steps: CompletedStep[] = [];
  let contract: ContractRecord | undefined;
  let turn = 0;
  const spin = () => output.transient(`${frames[turn++ % frames.length]} working`);
  const timer = output.lively ? setInterval(spin, 100) : undefined;
  try {
    for await (const { progress } of responses) {
      output.transient('');
      switch (progress?.event?.$case) {
        case 'step':
          steps.push(progress.event.value);
          output.progress(stepLine(output, progress.event.value));
          break;
        case 'contract':
          contract = progress.event.value;
          break;
        case 'capturePage':
          offerPage(output, progress.event.value, { open });
          break;
        case 'note':
          output.progress(`     ${output.styleProgress('warning', progress.event.value)}`);
          break;
      }
    }
  } finally {
    clearInterval(timer);
    output.transient('');
  }
  return { contract, steps };
}

/** `S34   12.3 ms  loads the profile` */
export function stepLine(output: Output, step: CompletedStep): string {
  const time = `${milliseconds(step).toFixed(1)} ms`.padStart(12);
  return `${output.styleProgress('good', step.step.padEnd(4))}${output.styleProgress('faint', time)}  ${step.description}`;
}

/** Duration of a step in milliseconds. */
export function milliseconds({ duration }: CompletedStep): number {
  return duration === undefined ? 0 : Number(duration.seconds) * 1000 + duration.nanos / 1e6;
}
