/** How a function was answered: `Executed-Success`, or its codes. What is no answer, such as a lost connection, fails the test. */
export const statusOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'Executed-Success',
    (error: { readonly metadata?: Readonly<Record<string, string>> }) => {
      const { subjectCode, reasonCode, executionStatus } = error.metadata ?? {};
      if (subjectCode === undefined) throw error;
      return `${executionStatus === undefined ? '' : `${executionStatus} `}${subjectCode}/${reasonCode}`;
    },
  );
