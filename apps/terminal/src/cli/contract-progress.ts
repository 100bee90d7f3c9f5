import type { CompletedStep, ContractProgress, ContractRecord, ScreenView } from '@tegata/contracts/terminal-v1';
import { colourOf } from '../capture/shown-prompt.ts';
import { offerPage } from './capture-page.ts';
import type { Output } from './output.ts';
import type { WindowScreen } from './window-screen.ts';

/** What a streamed application has told. */
export interface ToldApplication {
  readonly contract: ContractRecord | undefined;
  readonly steps: readonly CompletedStep[];
}

/** Who follows an application. */
export interface Follower {
  /** whether a browser is opened for the page of the camera */
  readonly open: boolean;
  readonly window: WindowScreen | undefined;
  /** says that the window shows what was asked for by this number */
  readonly report: (number: number) => Promise<unknown>;
  readonly signal: AbortSignal;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * Prints the steps of an application as they end, with their times; a spinner between them where there is a screen. Opens the capture page there, too,
 * unless told not to, and shows in the window what a camera needs it for; what there is to print meanwhile is printed afterwards.
 */
export async function followApplication(
  output: Output,
  responses: AsyncIterable<{ readonly progress: ContractProgress | undefined }>,
  { open, window, report, signal }: Follower,
): Promise<ToldApplication> {
  const steps: CompletedStep[] = [];
  const unsaid: (() => void)[] = [];
  let contract: ContractRecord | undefined;
  let turn = 0;
  const say = (...more: (() => void)[]) => {
    unsaid.push(...more);
    if (window?.isShown) return;
    output.transient('');
    for (const line of unsaid.splice(0)) line();
  };
  const spin = () => {
    if (!window?.isShown) output.transient(`${frames[turn++ % frames.length]} working`);
  };
  const timer = output.lively ? setInterval(spin, 100) : undefined;
  try {
    for await (const { progress } of responses) {
      const event = progress?.event;
      switch (event?.$case) {
        case 'step':
          steps.push(event.value);
          say(() => output.progress(stepLine(output, event.value)));
          break;
        case 'contract':
          contract = event.value;
          break;
        case 'capturePage':
          say(() => offerPage(output, event.value, { open }));
          break;
        case 'note':
          say(() => output.progress(`     ${output.styleProgress('warning', event.value)}`));
          break;
        case 'screen':
          if (await shows(window, event.value, signal)) await report(event.value.number);
          break;
      }
    }
  } finally {
    clearInterval(timer);
    window?.giveBack();
    say();
  }
  return { contract, steps };
}

/** Whether the window shows it; a view of nothing gives the window back. */
async function shows(window: WindowScreen | undefined, { shown }: ScreenView, signal: AbortSignal): Promise<boolean> {
  if (window === undefined) return false;
  const colour = shown?.$case === 'colour' ? colourOf(shown.value) : undefined;
  if (shown?.$case === 'words') await window.show({ kind: 'words', ...shown.value }, signal);
  else if (colour !== undefined) await window.show({ kind: 'colour', colour }, signal);
  else window.giveBack();
  return shown?.$case === 'words' || colour !== undefined;
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
