export {
  type Rendering,
  renderAnew,
  renderApplicant,
  renderedApplicant,
  renderedPhotograph,
} from './rendered-applicant.ts';
