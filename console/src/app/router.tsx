import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router'
import { askedOf } from '../screens/explain/asked.ts'
import { wantedOf } from '../screens/people/wanted.ts'
import { Layout } from './layout.tsx'

const root = createRootRoute({ component: Layout })

const screen = <Path extends string>(path: Path, load: () => Promise<{ default: () => React.ReactNode }>) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) })

const people = createRoute({
  getParentRoute: () => root,
  path: '/people',
  // Whoever comes back from a person finds the others as they were looked for.
  validateSearch: wantedOf,
  component: lazyRouteComponent(() => import('../screens/people/People.tsx')),
})

const explain = createRoute({
  getParentRoute: () => root,
  path: '/explain',
  // What is asked about is in the address: others are sent there.
  validateSearch: askedOf,
  component: lazyRouteComponent(() => import('../screens/explain/Explain.tsx')),
})

const routes = root.addChildren([
  screen('/', () => import('../screens/Home.tsx')),
  screen('/my-leave', () => import('../screens/my-leave/MyLeave.tsx')),
  screen('/ask', () => import('../screens/ask/Ask.tsx')),
  screen('/inbox', () => import('../screens/inbox/Inbox.tsx')),
  screen('/team', () => import('../screens/team/Team.tsx')),
  screen('/dashboard', () => import('../screens/dashboard/Dashboard.tsx')),
  explain,
  screen('/operate', () => import('../screens/operate/Operate.tsx')),
  screen('/operate/$part', () => import('../screens/operate/Operate.tsx')),
  screen('/audit', () => import('../screens/audit/Audit.tsx')),
  screen('/event/$position', () => import('../screens/event/Event.tsx')),
  people,
  screen('/people/$entity', () => import('../screens/people/Person.tsx')),
  screen('/add-person', () => import('../screens/people/AddPerson.tsx')),
  screen('/policies', () => import('../screens/policies/Policies.tsx')),
  screen('/policies/$policy', () => import('../screens/policies/PolicyPage.tsx')),
  screen('/calendars', () => import('../screens/calendars/Calendars.tsx')),
  screen('/runs', () => import('../screens/runs/Runs.tsx')),
  screen('/invitation/$token', () => import('../screens/Home.tsx')),
  screen('/payroll', () => import('../screens/payroll/Payroll.tsx')),
  screen('/start', () => import('../screens/start/Start.tsx')),
])

/** Behind the `#`: no address of the service is taken, and any prefix does. */
export const router = createRouter({ routeTree: routes, history: createHashHistory(), defaultPreload: 'intent' })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
