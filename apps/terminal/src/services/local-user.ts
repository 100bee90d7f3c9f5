import { LocalUserService } from '@tegata/contracts/terminal-v1';
import type { Euicc } from '@tegata/euicc';
import { implement, type ServiceImplementation } from '@tegata/service-kit';
import type { RegistrationClock, RegistrationSteps } from '../application/registration-steps.ts';
import { locked, wrongPassword } from '../application/stages/authenticate-locally.ts';

/** What the service works with. */
export interface LocalUserContext {
  readonly euicc: Pick<Euicc, 'localAuthentication'>;
  readonly clock: RegistrationClock;
  readonly steps: RegistrationSteps;
}

/** tegata.terminal.v1.LocalUser: local authentication for the user's programs, with the times of S1-S4. */
export function localUserService({ euicc, clock, steps }: LocalUserContext): ServiceImplementation {
  const { localAuthentication } = euicc;
  const status = () =>
    clock.look(async () => {
      const { passwordRegistered: registered, triesLeft } = await localAuthentication.getStatus();
      return { registered, triesLeft };
    });
  return implement(LocalUserService, {
    getLocalAuthentication: status,

    registerLocalAuthentication: async ({ password, currentPassword }) => {
      // A program that registers without having looked: S1 and S2 are here then.
      await status();
      const registered = await clock.register(() => localAuthentication.registerPassword(password, currentPassword));
      if (registered.steps.length > 0) steps.keep(registered.steps);
      return { resetCode: registered.result };
    },

    verifyLocalAuthentication: async ({ password }) => {
      const { success, triesLeft } = await localAuthentication.verifyPassword(password);
      if (!success) throw triesLeft === 0 ? locked() : wrongPassword(triesLeft);
      return {};
    },

    unlockLocalAuthentication: async ({ resetCode, newPassword }) => ({
      resetCode: await localAuthentication.unlockWithResetCode(resetCode, newPassword),
    }),
  });
}
