// Made by `npm run tables` from what the migrations make.

import type { CalendarDate } from '../domain/calendar-date.ts'
import type { PostingRule } from '../domain/earning/posting.ts'
import type { EventType } from '../domain/event.ts'
import type { HoldStatus } from '../domain/hold/hold.ts'
import type { Period, PeriodStatus } from '../domain/period/period.ts'
import type { RequestStatus } from '../domain/request/request.ts'
import type { Component, Portion, TransactionType } from '../domain/transaction.ts'
import type { ColumnType } from "kysely";

type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

interface AuditEntries {
  action: string;
  actor_id: string | null;
  actor_type: string;
  /**
   * When it was answered, by the clock of the process that answered.
   */
  at: Date;
  /**
   * null: it is about no book.
   */
  book_id: string | null;
  /**
   * {ip, salt, session, userAgent}, canonical JSON; null once it is erased. The hash covers only its digest.
   */
  client: string | null;
  client_digest: Buffer;
  /**
   * Whom it is about; null: nobody, or everybody within reach.
   */
  entity_id: string | null;
  entry_id: number;
  hash: Buffer;
  /**
   * Whether data about people were read.
   */
  is_read: boolean;
  outcome: string;
  problem: string | null;
  /**
   * The role, or the single right, that let the caller in.
   */
  role: string | null;
  /**
   * What else it is about, such as key:3f9c2a7e51b04d68.
   */
  subject: string | null;
  /**
   * How often the same happened within the moment that a batch gathers.
   */
  times: number;
  via_id: string | null;
  via_kind: string | null;
}

interface AuditHead {
  entry_id: number;
  hash: Buffer;
  is_head: Generated<boolean>;
  pruned: Buffer;
  /**
   * The last entry that was deleted for its age; pruned: its hash.
   */
  pruned_id: number;
}

interface LedgerAccounts {
  book_id: string;
  /**
   * [[day, accrued, consumed, pending, adjusted], …]: signed sums of each kept day, ascending, in units of 10^-scale.
   */
  days: string;
  entity_id: string;
  /**
   * Minus the limit of that day; lower where allowNegative, or a limit that was tightened, has brought a day below its own; null: no day has one.
   */
  floor: string | null;
  /**
   * Whether something on it has a last day, was taken away by a rule, or paid out: then its lots say what may be taken.
   */
  has_lots: boolean;
  kept_from: CalendarDate | null;
  last_position: number;
  /**
   * Balance of the tightest kept day, or day from which another limit holds: the one that is the least above its own limit; the lowest balance, where no day has one.
   */
  lowest: string;
  /**
   * [accrued, consumed, pending, adjusted]: signed sums of all that is effective before kept_from, in units of 10^-scale.
   */
  opening: string;
  policy_id: string;
  resource: string;
  scale: number;
  version: number;
}

interface LedgerAssignments {
  amounts: string | null;
  assignment_id: string;
  book_id: string;
  effective_from: CalendarDate;
  entity_id: string;
  from_day: CalendarDate;
  policy_id: string;
  position: number;
  /**
   * What its policy counts: of what kind it is may be for hr alone to know.
   */
  resource: string;
  service_since: CalendarDate | null;
  /**
   * Of full time; null: full time.
   */
  share: string | null;
  /**
   * What holds of this entity alone, in place of what the policy says.
   */
  terms: string | null;
  /**
   * The last day; null: until further notice.
   */
  to_day: CalendarDate | null;
  version: number;
}

interface LedgerBooks {
  book_id: string;
  name: string | null;
  time_zone: string;
}

interface LedgerCalendarFeeds {
  actor_id: string;
  actor_type: string;
  book_id: string;
  created_at: Date;
  department: string | null;
  /**
   * Whose leave it shows: of one entity, or of all with a manager, or of all of a department.
   */
  entity_id: string | null;
  /**
   * Made of the idempotency key of the call that made it, so that a repeated call finds it.
   */
  feed_id: string;
  /**
   * The caller who made it: it shows what they may see when it is read. Null: the bootstrap key, before there were others.
   */
  maker_id: string | null;
  maker_kind: string | null;
  manager: string | null;
  revoked_at: Date | null;
  /**
   * SHA-256 of the secret part of its address, which is kept nowhere; null once it is revoked.
   */
  token_digest: Buffer | null;
}

interface LedgerCalendarVersions {
  book_id: string;
  calendar_id: string;
  effective_from: CalendarDate;
  holidays: string;
  hours_per_day: string;
  position: number;
  /**
   * Those of the region over the years that it names, as they were known when the version was recorded.
   */
  public_holidays: string | null;
  region: string | null;
  version: number;
  /**
   * A rota, which holds instead of working_days; null: every week is the same.
   */
  weeks: string | null;
  /**
   * A day of the first week of the rota.
   */
  weeks_from: CalendarDate | null;
  /**
   * Dates that are worked as on another weekday; null: none.
   */
  worked_days: string | null;
  working_days: string;
}

interface LedgerCarryOvers {
  book_id: string;
  /**
   * Lots without a last day are concerned that were earned before this day.
   */
  earned_before: CalendarDate;
  entity_id: string;
  kept: string;
  /**
   * How much of what was kept has no last day.
   */
  never_lapses: string;
  on_day: CalendarDate;
  policy_id: string;
  position: number;
  /**
   * The last day on which what was kept may be taken; null: for ever.
   */
  valid_until: CalendarDate | null;
}

interface LedgerDayClaims {
  am: boolean;
  book_id: string;
  /**
   * The definition since which the line claims its day; null: since it was recorded.
   */
  claimed_by_position: number | null;
  day: CalendarDate;
  entity_id: string;
  line: number;
  /**
   * Hours that lines might take of the day together, when these were claimed; null: it takes none, or no more than there was before.
   */
  most: string | null;
  pm: boolean;
  position: number;
  released_at_position: number | null;
  resource: string;
  /**
   * What it takes of its day: hours, where it has no half of it; else days, or null where it counts in something else, or earlier rules recorded it.
   */
  taken: string | null;
}

interface LedgerDelegations {
  book_id: string;
  delegate_id: string;
  entity_id: string;
  from_day: CalendarDate;
  position: number;
  to_day: CalendarDate;
  version: number;
}

interface LedgerEntities {
  book_id: string;
  calendar: string | null;
  department: string | null;
  /**
   * [{from, to}, …], by day; null: no more than what hired_on and left_on say.
   */
  employments: string | null;
  entity_id: string;
  hired_on: CalendarDate | null;
  kind: string | null;
  left_on: CalendarDate | null;
  manager: string | null;
  position: number;
  version: number;
}

interface LedgerEvents {
  actor_id: string;
  actor_type: string;
  book_id: string;
  data: string;
  decision: string;
  erasable: string | null;
  erasable_digest: Buffer;
  /**
   * SHA-256 of the salt (in erasable) and the canonical command: tells a replay from a reused key.
   */
  fingerprint: Buffer;
  hash: Buffer;
  idempotency_key: string;
  position: number;
  recorded_at: Date;
  stream: string | null;
  stream_version: number | null;
  type: EventType;
}

interface LedgerHeads {
  book_id: string;
  /**
   * The last month (YYYY-MM) that is closed, with every month before it, as the period events say; null: none is.
   */
  closed_through: string | null;
  /**
   * Position of the last event that defined something: what a process keeps of definitions is exact while this is unchanged.
   */
  definitions: number;
  /**
   * The earliest month in which a line of the last group is effective; null: it has no lines.
   */
  first_touched: string | null;
  hash: Buffer;
  position: number;
  recorded_at: Date;
}

interface LedgerHolds {
  book_id: string;
  /**
   * When its second event was recorded; null: it holds its lines.
   */
  ended_at: Date | null;
  /**
   * From this instant on it holds nothing, whether or not that is recorded yet.
   */
  expires_at: Date;
  hold_id: string;
  /**
   * [[line, entity, policy, resource, amount held, effective on, portion claimed, amount taken], …]: its lines in their order.
   */
  lines: string;
  placed_at: Date;
  /**
   * Of its first event, whose lines are those that it holds.
   */
  placed_position: number;
  /**
   * Of its last event.
   */
  position: number;
  /**
   * Of all its lines.
   */
  reference: string | null;
  status: HoldStatus;
  version: number;
  /**
   * The version before the last group that moved it; 0 where that made it.
   */
  version_before: number;
  versions_added: number;
}

interface LedgerLateFacts {
  book_id: string;
  /**
   * Whoever deals with the book; free once leased_till has passed.
   */
  lease: string | null;
  leased_till: Date | null;
  /**
   * Every definition up to it is dealt with; heads.definitions is past it where there is something to do.
   */
  position: number;
  /**
   * [[request, position, type, about], …]: what could not be counted again because a period is closed that has to be open; null: nothing.
   */
  waiting: string | null;
}

interface LedgerPeriods {
  book_id: string;
  period: Period;
  position: number;
  status: PeriodStatus;
  version: number;
}

interface LedgerPolicyVersions {
  book_id: string;
  day_exclusive: boolean;
  /**
   * What the version says of earning: the members leaveYear, earning, carryOver, spending, encashment, countsAsWorked and lateLeave of its event, those that it has. Null: none of them.
   */
  earning: string | null;
  effective_from: CalendarDate;
  /**
   * Who sees what kind of leave it is: the team, or hr alone; null: managers, and whoever reads about everybody.
   */
  kind_visible_to: string | null;
  name: string | null;
  overdraft_limit: string | null;
  policy_id: string;
  position: number;
  /**
   * What the policy says about requests; null: nothing.
   */
  requests: string | null;
  resource: string;
  /**
   * From when on nothing is accrued or taken under it, until the version after it begins; null: it is not retired.
   */
  retired_from: CalendarDate | null;
  scale: number;
  unit: string;
  version: number;
}

interface LedgerProfiles {
  book_id: string;
  email: string | null;
  entity_id: string;
  metadata: string | null;
  name: string | null;
  /**
   * What payroll knows the person by; compared as it stands.
   */
  personnel_number: string | null;
}

interface LedgerRequests {
  /**
   * Roles that have agreed since it was submitted or last changed, in that order; null in it: anybody; null: none.
   */
  agreed: string | null;
  book_id: string;
  /**
   * What of an approved request somebody asked to be cancelled: "all", or a list of days.
   */
  cancellation: string | null;
  /**
   * portions, fromTime, toTime, countCalendarDays, as far as it says them; null: none.
   */
  counted: string | null;
  /**
   * [{date, portion, lines, by}, …]: days that others take, with what they cost; null: none.
   */
  displaced: string | null;
  entity_id: string;
  from_day: CalendarDate;
  from_portion: string;
  /**
   * Days that were cancelled one by one since it was submitted or last changed, ascending; null: none.
   */
  given_back: string | null;
  /**
   * How many of its lines are pending.
   */
  held: number;
  hours_per_day: string | null;
  /**
   * [[position, line, day, effective on, policy, amount, portion claimed], …]: its lines that are not reversed, by day.
   */
  lines: string;
  /**
   * Days that a late fact took since it was submitted or last changed, ascending; null: none.
   */
  lost: string | null;
  /**
   * What it was when nothing was left of it but days that were lost or that others take; null: it has days, or ended otherwise.
   */
  lost_as: string | null;
  /**
   * Positions of the events of other requests that moved this one, ascending; null: none.
   */
  moved_at: string | null;
  /**
   * The only policy that it draws on; null: any of the resource.
   */
  policy_id: string | null;
  /**
   * Of its last event.
   */
  position: number;
  request_id: string;
  resource: string;
  status: RequestStatus;
  submitted_position: number;
  /**
   * How many of its lines are consumptions.
   */
  taken: number;
  to_day: CalendarDate;
  to_portion: string;
  version: number;
  /**
   * The version before the last group that moved it; 0 where that made it.
   */
  version_before: number;
  versions_added: number;
}

interface LedgerSnapshots {
  as_of: CalendarDate;
  balances: number;
  book_id: string;
  digest: Buffer;
  entities: string | null;
  known_at: number;
  name: string | null;
  policy_id: string | null;
  position: number;
  resource: string | null;
}

interface LedgerTransactions {
  amount: string;
  book_id: string;
  /**
   * True of an accrual that counts as carried into its leave year; null otherwise.
   */
  carried_in: boolean | null;
  component: Component;
  effective_on: CalendarDate;
  entity_id: string;
  line: number;
  /**
   * The day in a closed period that it is about, where it was recorded on a later one instead; the day that it claims.
   */
  meant_for: CalendarDate | null;
  /**
   * First of the days that a posting is about; period_to: the last of them.
   */
  period_from: CalendarDate | null;
  period_to: CalendarDate | null;
  policy_id: string;
  portion: Portion | null;
  position: number;
  reference: string | null;
  resource: string;
  reverses_line: number | null;
  reverses_position: number | null;
  /**
   * By which rule of its policy it was posted; null: somebody recorded it.
   */
  rule: PostingRule | null;
  type: TransactionType;
  /**
   * Of an accrual: the last day on which what is left of it may be taken; null: it does not lapse by itself.
   */
  valid_until: CalendarDate | null;
}

interface LedgerUnchangedDefinitions {
  book_id: string;
  /**
   * As in events; the salt may be set to null by the erasure role.
   */
  fingerprint: Buffer;
  idempotency_key: string;
  position: number;
  salt: string | null;
}

interface LedgerWorkPatterns {
  book_id: string;
  calendar: string | null;
  effective_from: CalendarDate;
  entity_id: string;
  hours_per_day: string | null;
  position: number;
  /**
   * Of the entity: its first pattern is 1, whatever day that is from.
   */
  version: number;
  /**
   * A rota, which holds instead of working_days; null: every week is the same.
   */
  weeks: string | null;
  weeks_from: CalendarDate | null;
  working_days: string | null;
}

interface ProjectionsAbsenceClaims {
  book_id: string;
  /**
   * When the consumption was recorded.
   */
  changed_at: Date;
  day: CalendarDate;
  entity_id: string;
  line: number;
  portion: Portion;
  position: number;
  resource: string;
}

interface ProjectionsAbsences {
  book_id: string;
  /**
   * When that was recorded.
   */
  changed_at: Date;
  day: CalendarDate;
  entity_id: string;
  portion: Portion;
  request_id: string;
  resource: string;
  status: 'approved' | 'pending';
  /**
   * Of the request, after the event that last changed its days or what they are.
   */
  version: number;
}

interface ProjectionsAbsenceYears {
  book_id: string;
  entity_id: string;
  /**
   * By requests that nobody has decided yet.
   */
  held: string;
  /**
   * By approved requests, and by lines of no request.
   */
  taken: string;
  year: number;
}

interface ProjectionsBalanceSnapshots {
  accrued: string;
  adjusted: string;
  book_id: string;
  consumed: string;
  /**
   * What takes effect on each day of the month, ascending: 5a2.5;17a1c-0.5 is 2.5 accrued on the 5th, 1 accrued and 0.5 consumed on the 17th; p is pending, j adjusted.
   */
  days: string;
  entity_id: string;
  /**
   * Of the transactions effective by the month end.
   */
  last_position: number;
  /**
   * Lowest balance at the end of any day of the month on which something takes effect.
   */
  lowest: string;
  month_end: CalendarDate;
  pending: string;
  policy_id: string;
  transaction_count: number;
}

interface ProjectionsBuilds {
  build: number;
  /**
   * Whoever is building it; free once leased_till has passed.
   */
  lease: string | null;
  leased_till: Date | null;
  projection: string;
  started_at: Generated<Date>;
  state: 'building' | 'active' | 'kept';
  switched_at: Date | null;
  /**
   * What to drop when it is dropped: another version of the projection may have had other tables.
   */
  tables: string[];
  /**
   * Of the projection in the code that fills it: another version neither reads nor writes these tables.
   */
  version: number;
}

interface ProjectionsCheckpoints {
  book_id: string;
  build: number;
  position: number;
  projection: string;
  /**
   * The slice of the record that was rebuilt last: what an interrupted rebuild goes on after.
   */
  rebuilt_after: string | null;
  /**
   * While the book is rebuilt from the record: the position it is rebuilt as of; null before and after.
   */
  rebuilt_up_to: number | null;
}

interface ProjectionsStatsConsumers {
  book_id: string;
  consumed: string;
  entity_id: string;
  resource: string;
  unit: string;
  year: number;
}

interface ProjectionsStatsEvents {
  book_id: string;
  day: CalendarDate;
  events: number;
  type: string;
}

interface ProjectionsStatsResources {
  accrued: string;
  adjusted: string;
  book_id: string;
  consumed: string;
  day: CalendarDate;
  pending: string;
  resource: string;
  transactions: number;
  unit: string;
}

interface ProjectionsWithheld {
  book_id: string;
  build: number;
  entity_id: string;
  error: string;
  position: number;
  projection: string;
  reason: string | null;
  state: string;
  withheld_at: Generated<Date>;
}

export interface DB {
  "audit.entries": AuditEntries;
  "audit.head": AuditHead;
  "ledger.accounts": LedgerAccounts;
  "ledger.assignments": LedgerAssignments;
  "ledger.books": LedgerBooks;
  "ledger.calendar_feeds": LedgerCalendarFeeds;
  "ledger.calendar_versions": LedgerCalendarVersions;
  "ledger.carry_overs": LedgerCarryOvers;
  "ledger.day_claims": LedgerDayClaims;
  "ledger.delegations": LedgerDelegations;
  "ledger.entities": LedgerEntities;
  "ledger.events": LedgerEvents;
  "ledger.heads": LedgerHeads;
  "ledger.holds": LedgerHolds;
  "ledger.late_facts": LedgerLateFacts;
  "ledger.periods": LedgerPeriods;
  "ledger.policy_versions": LedgerPolicyVersions;
  "ledger.profiles": LedgerProfiles;
  "ledger.requests": LedgerRequests;
  "ledger.snapshots": LedgerSnapshots;
  "ledger.transactions": LedgerTransactions;
  "ledger.unchanged_definitions": LedgerUnchangedDefinitions;
  "ledger.work_patterns": LedgerWorkPatterns;
  "projections.absence_claims": ProjectionsAbsenceClaims;
  "projections.absence_years": ProjectionsAbsenceYears;
  "projections.absences": ProjectionsAbsences;
  "projections.balance_snapshots": ProjectionsBalanceSnapshots;
  "projections.builds": ProjectionsBuilds;
  "projections.checkpoints": ProjectionsCheckpoints;
  "projections.stats_consumers": ProjectionsStatsConsumers;
  "projections.stats_events": ProjectionsStatsEvents;
  "projections.stats_resources": ProjectionsStatsResources;
  "projections.withheld": ProjectionsWithheld;
}
