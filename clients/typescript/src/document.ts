// Made by `npm run client:types` of the service's OpenAPI document; not edited.

export interface paths {
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read who calls
         * @description Whose credential the call has, and what they may do where.
         */
        get: operations["readMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the API keys
         * @description Those that have not ended and give nothing outside of the books whose keys the caller makes, by id.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make an API key
         * @description For a machine. What it may do is said by `roles`, or by single `rights`; nobody gives more than they have. The key is shown this once, and only its SHA-256 is kept. Where what the caller has ends with a day, so does what they give.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give an API key another secret
         * @description Its id and what it may do stay. The secret it had is taken for `overlapSeconds` more.
         */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End an API key
         * @description Both of its secrets: they are refused on every process within one second.
         */
        delete: operations["endKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the users
         * @description By id.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Make a user
         * @description A person who signs in here. They choose their password by the invitation in the answer, which is shown this once, lasts 72 hours and works once; handing it to them is up to the caller. The call has no idempotency key: where its answer is lost, the user is there all the same (409 `email-taken`), and is invited anew.
         */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a user
         * @description Who they are, and what they may do.
         */
        get: operations["readUser"];
        /**
         * Change a user
         * @description What is said replaces what was: mail address, name and all roles. Sessions that are open go on, with the new roles within one second.
         */
        put: operations["changeUser"];
        post?: never;
        /**
         * End a user
         * @description Name, mail address and password are gone, and so are all sessions: they are refused on every process within one second. What the user has recorded stays, with the id.
         */
        delete: operations["endUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user}/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Invite a user anew
         * @description Where an invitation was lost or is too old, or a password was forgotten. The invitation before is not taken any more; the password is, until another one is chosen.
         */
        post: operations["inviteUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one’s own sessions
         * @description Those of the caller that have not ended, by id.
         */
        get: operations["listSessions"];
        put?: never;
        /**
         * Sign in
         * @description Begins a session of a user, by mail address and password. The answer has a token for `Authorization: Bearer`; with `cookie: true` it is in the cookie `__Host-daybook` instead, which no script can read. Calls by cookie come from a page of this service or of a listed origin (403 otherwise), and those that change something have a header `X-Daybook-CSRF`. A session ends 30 minutes after its last use, and 12 hours after it began. After some wrong passwords in a row for one mail address from one network address each further one takes longer to be tried; nobody is locked out.
         */
        post: operations["signIn"];
        /**
         * End all of one’s own sessions
         * @description The one that the call is made in, too.
         */
        delete: operations["endSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of one’s own sessions
         * @description Signs out, here or elsewhere: every process refuses its token within one second.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a book
         * @description `position`, `hash` and `recordedAt` are those of its last event.
         */
        get: operations["readBook"];
        /**
         * Make or change a book
         * @description The body is the whole definition: what it does not say is as if nobody ever had.
         */
        put: operations["defineBook"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the books
         * @description Those on which the caller has any role, by id, each with the end of its history.
         */
        get: operations["listBooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/policies/{policy}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a policy
         * @description Its newest version; with `explain=true` its terms of earning in plain words, too.
         */
        get: operations["readPolicy"];
        /**
         * Make or change a policy
         * @description A changed definition is a new version, which decides from `effectiveFrom` on; what is recorded stays as it is. Where it makes `dayExclusive` true, the lines that are recorded already claim their days; two on one day are `day-taken`. Terms of earning that cannot be said together are `invalid-request`: each of `errors` says what to write instead. A dry run says in `text`, in plain words, what they are, and in `impact` what everybody who is assigned would have otherwise, to whoever may read all balances. It takes a second for some hundreds of people.
         */
        put: operations["definePolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the policies
         * @description By id, each in its newest version.
         */
        get: operations["listPolicies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/policies/{policy}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the versions of a policy
         * @description The oldest first.
         */
        get: operations["listPolicyVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/employments/{from}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Define a period of employment
         * @description Whoever is hired again has several periods, which must not overlap (rule `employments-apart`). The one that begins on this day is changed, or a new one is added; the others stay. `hiredOn` and `leftOn` of the entity show the last one. Leave on days outside all periods is given back, leave within any of them stays.
         */
        put: operations["defineEmployment"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/employments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Periods of employment
         * @description Of one entity, by day; none where nobody said anything, which is to be employed always.
         */
        get: operations["listEmployments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an entity
         * @description As it was last defined.
         */
        get: operations["readEntity"];
        /**
         * Define an entity
         * @description The body is the whole definition: what it does not say is unknown from then on, but for several periods of employment, which stay. `name`, `email`, `personnelNumber` and `metadata` are kept beside the record, where they can be erased; changing only them records nothing. An `email` or a `personnelNumber` that another entity of the book has is refused: `rule-violated`, with the `rule` `email-unique-in-book` or `personnel-number-unique-in-book`.
         */
        put: operations["defineEntity"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the entities
         * @description Those that were defined, by id.
         */
        get: operations["listEntities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase a person
         * @description The profile goes. So does whatever may be forgotten (`erasable`: reasons, comments, metadata, addresses) of every event about the entity or by it, also where the event is about others as well. Its calendar feeds end, and so do users and API keys that are it. Entries of the audit trail by it, such a user or such a key, or about it, do not say from where any more. Positions, hashes, balances and ids stay, and the book verifies as before. It cannot be undone: a dry run lists what would go. Once there is nothing more to erase, the answer is 200 with the last erasure. Whoever is employed today or later is 409 `still-employed`, unless `force` is true; where such a user or key is the last administrator of every book and `DAYBOOK_ADMIN_KEY` is not set, 409 `last-admin`. A key that recorded what is erased is 409 `duplicate-idempotency-key` from then on, with `comparable: false`. An entity that is defined again has a profile again.
         */
        post: operations["eraseEntity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export everything about a person
         * @description For whoever asks what is known of them. One JSON document, streamed, as of one position: the definition with the profile, employment, work patterns, delegations, calendar feeds, balances as of today, requests, transactions, who read it and what it called (audit trail), and every event about the entity or by it. With the right `events:read` events are whole, with reasons and addresses as far as they are not erased; without it, each says only what it says of the entity.
         */
        get: operations["exportEntity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what is erased by itself
         * @description As it was last defined; version 0, and nothing, where it never was.
         */
        get: operations["readRetention"];
        /**
         * Say what is erased by itself
         * @description Once a night. A person is erased as by `…/erase` so many months after the last day of employment, while there is a profile; what may be forgotten of every event is erased once that is so old. What is not said, or null, is kept for ever. The history has an event for each.
         */
        put: operations["defineRetention"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/assignments/{assignment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an assignment
         * @description Its newest version.
         */
        get: operations["readAssignment"];
        /**
         * Assign an entity to a policy
         * @description From its first day to its last the entity earns by the rules of the policy. The body is the whole definition. What it says of the days and of service is of the whole assignment; `share`, `amounts` and `terms` hold from `effectiveFrom` on, until the day of the next version, and from the beginning on where it says no such day. So a share that changes in July is the same definition with the new share and `effectiveFrom`, and a last day is said by any of them. The policy of an assignment is fixed (rule `assignment-policy-fixed`). Its days are not all after its policy is retired (rule `policy-retired`). Two assignments of one entity to one policy have no day in common.
         */
        put: operations["defineAssignment"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List assignments
         * @description By entity and id, each in its newest version; those that are over included.
         */
        get: operations["listAssignments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the assignments of an entity
         * @description By id, each in its newest version; those that are over included.
         */
        get: operations["listEntityAssignments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/assignments/{assignment}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the versions of an assignment
         * @description The oldest first, with what each said of the days: those that hold are those of the last one.
         */
        get: operations["listAssignmentVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/worked-hours": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List hours worked
         * @description By entity, each in recorded order; those that were taken back included, with what did.
         */
        get: operations["listWorkedHours"];
        put?: never;
        /**
         * Record hours worked
         * @description What policies earn by that say `perHours` of `worked`. Hours over several days count evenly on each. Several recordings of the same days add up; what was recorded by mistake is taken back by its `id`.
         */
        post: operations["recordWorkedHours"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/worked-hours/{workedHours}/reverse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take hours back
         * @description All that one recording says, and once: 409 `already-reversed`.
         */
        post: operations["reverseWorkedHours"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List notices
         * @description By entity, each in recorded order.
         */
        get: operations["listNotices"];
        put?: never;
        /**
         * Say that somebody was told that leave will lapse
         * @description Under a policy whose `carryOver` says `needsNotice` nothing lapses of a leave year unless this was said, with enough working days left to take what there was. The record has that it was said; how they were told is yours to keep.
         */
        post: operations["giveNotice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/encashments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pay out
         * @description Pays leave out instead of having it taken: an adjustment with the rule `encashment`. It is held to what the policy says of `encashment` on its day; else 422 `rule-violated`. `encashment-keep-back`: too little would be left on the day or on a later one, with all that is booked by then. `encashment-most`: it is more than is paid out in one leave year, not counting what was reversed. Where the policy says nothing, all that there is may be paid out; overdraft is for leave alone.
         */
        post: operations["recordEncashment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/leaving": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Leave
         * @description Ends an employment. `on` is its last day, as if the employment were defined so; leave after it is given back (requests that are approved or pending, and plain consumptions); everything that is earned until then is posted, the last period by `lastPeriod`, and what was posted for later days is corrected; and what is left is settled. What is settled is an adjustment with the rule `settlement`, and the account stands at 0 from the last day on, unless it is kept. A negative balance is brought to 0 as well. Leave without limit that nobody earns is settled only where it is above 0, or its policy is named. These are several events, of which the settlement is the last. A call that was broken off goes on where it was when it is sent again with its key. A second call for the same day settles what has come since. In a closed period, lines are recorded today and say `meantFor`. A dry run shows all of it.
         */
        post: operations["recordLeaving"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/delegations/{delegate}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Have somebody decide instead
         * @description From the first day to the last, in the book’s time zone, the delegate takes the steps of approval that are the entity’s. Of the same two there is one period: another definition replaces it. The entity itself says so, or whoever may define anybody’s: never the delegate, and never who is a delegate of the entity’s already.
         */
        put: operations["defineDelegation"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/delegations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who decides instead
         * @description Of one entity, by delegate; those that are over included.
         */
        get: operations["listDelegations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List requests
         * @description In the order in which they were submitted, each with its days and its whole history. With `waitingFor`: the queue of whoever decides, as it is now. Of a kind that is for hr alone (`kindVisibleTo`), managers see what they have to decide.
         */
        get: operations["listRequests"];
        put?: never;
        /**
         * Ask for leave
         * @description Holds the working days of a span until somebody decides; or takes them at once, where nobody has to. They are drawn from one policy, or from all accounts of a resource in the order of their priority, then the earliest expiry.
         */
        post: operations["submitRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/requests/{request}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve a request
         * @description What it holds is taken, or its next step of approval is done. Where its cancellation was asked for, that is granted.
         */
        post: operations["approveRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/requests/{request}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reject a request
         * @description What it holds is free. Where its cancellation was asked for, that is refused, and it stays approved.
         */
        post: operations["rejectRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/requests/{request}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a request
         * @description All of it, or single days. After its approval that is only asked for, where the policy wants that and whoever acts may not decide.
         */
        post: operations["cancelRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/requests/{request}/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change a request
         * @description To other days, or parts of them: the old ones are free and the new ones held together, or nothing happens. What was approved is decided about again. Where it asks for what the request asks for already, nothing is recorded, and nothing is decided again: 200 with the request as it is, and the key is free.
         */
        post: operations["changeRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/requests/{request}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a request
         * @description With its days and its whole history: who, when, why.
         */
        get: operations["readRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/requests/{request}/absences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who else is away
         * @description For whoever decides: the pending and approved leave of others with the same manager (or, without one, of the same department) on the days of a request. Consumptions of no request that claim their days are shown as well. Of a kind that is for hr alone (`kindVisibleTo`), managers are shown the days that are approved, and nothing else.
         */
        get: operations["listAbsences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is away when
         * @description Everybody who is away on any day of a span, or wants to be, with these days; by entity. A read model answers, which follows the record at a short distance: `Daybook-Position` says how far it has come, and `Daybook-Min-Position` waits for it. A page ends early where its entities have very many days. Whoever reads the absences of everybody sees all of it. Others see their own, those of whoever they are the manager of, and of their team (the same direct manager, and that manager) who is away by what is approved. Why is left out, unless `kindVisibleTo` of the policy says otherwise.
         */
        get: operations["readAwayCalendar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/calendar-feeds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List calendar feeds
         * @description Those that can be read, by id, without their addresses: of whoever reads the absences of everybody all, of others those that they made.
         */
        get: operations["listCalendarFeeds"];
        put?: never;
        /**
         * Have a calendar program show who is away
         * @description Makes an address at which the leave of an entity, or of a team, can be read as iCalendar, without an API key: by whoever knows it. It shows what whoever made it may see whenever it is read, and is no more once they may not make feeds. It is no event of the book. The address is shown once; the same call again finds the feed without it. One that was lost is revoked, and another made under a new key.
         */
        post: operations["createCalendarFeed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/calendar-feeds/{feed}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a calendar feed
         * @description Its address is one of nothing from now on. Once more changes nothing.
         */
        delete: operations["revokeCalendarFeed"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/accruals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Earn
         * @description Adds `amount` to what is available from `effectiveOn` on; with `validUntil`, until that day, as far as it is not taken by then. What is not `carriedIn` is held to the `yearMax` of the level in force on that day, together with what was accrued in that leave year by hand, and by the rules so far: 422 `rule-violated`, rule `year-most`.
         */
        post: operations["recordAccrual"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/consumptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description Subtracts `amount` from what is available from `effectiveOn` on, if no recorded day from then on falls below the policy's limit. With a `resource` instead of a `policy` it is taken from the accounts that a request would draw on, one transaction each. Under a `dayExclusive` policy it takes that day, or half of it: counted in days, at most 1 or 0.5. Under any other policy `portion` is 400. What the policy says of `spending` holds as it does for requests: 422 `rule-violated`, rule `waiting` before leave may be taken at all, `year-most` beyond the most of a leave year.
         */
        post: operations["recordConsumption"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/adjustments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Correct
         * @description Adds a signed `amount`, or whatever brings the balance of that day `to` another. With `allowNegative` it may take the balance below its limit.
         */
        post: operations["recordAdjustment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/reversals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a transaction, or a command
         * @description Undoes one whole transaction by another one that names it; or, by `position`, all lines of one command or none: first those that took something. A day that was taken is free at once. Nothing is undone before the day of its original.
         */
        post: operations["recordReversal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/transactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List transactions
         * @description In the order they were recorded, the newest last. `from` and `to` are effective days, both included. `metadata.<name>=<text>`, up to 8 times, finds those whose metadata says so at its top: a text, or a number or truth value as JSON has it. All events with metadata are looked at where nothing else is asked for.
         */
        get: operations["listTransactions"];
        put?: never;
        /**
         * Record several lines
         * @description Records 1 to 1000 lines across any entities, all or none. A line without a `reference` or `reason` of its own has the command's. A refusal says by `pointer` which line it is about.
         */
        post: operations["recordTransactions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/transactions/{transaction}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a transaction
         * @description With the reversal that undid it, if any.
         */
        get: operations["readTransaction"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record many commands
         * @description 1 to 10000 commands as a JSON list, or as NDJSON, answered in the same form. Each stands or falls alone, in their order, under a key of its own: `status` and the members beside it are what the single call would have answered, and a command that cannot even be read has its `problem` too. Sent again, the whole bulk records nothing twice. An adjustment takes `transactions:adjust` beside the right of the call, hours `worked-hours:record` and a notice `notices:give`. In a dry run each sees what those before it would have recorded, and no key is looked up.
         */
        post: operations["recordBulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/balances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List balances
         * @description By entity, then policy. Never stale: every command answered before the read began is in it, unless `knownAt` asks about the past. All pages of one walk are as of the same day and known at the same position. As `text/csv` each page is a file with a header line (RFC 4180), and `Link` names the next one.
         */
        get: operations["listBalances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/balances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the balances of an entity
         * @description By policy; none where nothing was ever recorded for the entity. With `projected=true` each has beside it what the rules of its policy will have posted by `asOf`.
         */
        get: operations["listEntityBalances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/statement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the statement of an account
         * @description Transactions by the day they take effect, each with the balance after it, between an opening and a closing balance. All pages of one walk are known at the same position.
         */
        get: operations["readStatement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain the balance of an account
         * @description Every posting, and every line of leave, that the balance is made of, with the figures that it was decided on and a sentence that says the same. They add up to the balance of `asOf`. By day; on one day what lapses, what is carried, what is earned, and then leave. What was held and is decided is left out: only what became of it is there. Figures are those that were recorded with each posting, whatever has changed since. An account of more than 50,000 lines is not explained: `rule-violated`, rule `explanation-lines`. Other lists have pages of 50 items unless `limit` is given; these have 1,000.
         */
        get: operations["readExplanation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/lots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the lots of an account
         * @description What was earned, and how much of each was used, has lapsed and remains at the end of `asOf`, by the day on which it was earned. What lapses first is drawn on first, what never lapses last, and older before younger. Lots are worked out of what is recorded: a line for a day before changes what later days draw. What remains adds up to the balance, unless that is a debt; of a lot whose last day is over nothing remains, posted or not. An account of more than 50,000 lines has too many: `rule-violated`, rule `explanation-lines`. Other lists have pages of 50 items unless `limit` is given; these have 1,000.
         */
        get: operations["listLots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look ahead on an account
         * @description How the balance goes on after `asOf`: by leave that is booked or held, and by what the rules of the policy will post if nothing changes. It begins with what is recorded; what was due by then and has not been posted yet comes first. Nothing is recorded. A policy that does not earn is answered as well: with what is recorded for later days, and with what lapses.
         */
        get: operations["readForecast"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entitlements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List entitlements of a leave year
         * @description Of everybody who is assigned to a policy, or has an account under it, by entity: what they are entitled to in one leave year, how much of that is earned, and what is left. What the rules post counts in the year that it is about: what is earned in that of the first of its days, whenever it is posted; what lapses, or is cut off by a carry-over, in that of the last day on which it could be taken. Whose leave year does not begin in `year` is left out.
         */
        get: operations["listEntitlements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the runs
         * @description The newest first.
         */
        get: operations["listRuns"];
        put?: never;
        /**
         * Post everything that is due
         * @description Works out what the rules come to, up to and including `through`, and posts it: what was earned by assignments, what is carried over or cut, what lapses, and the differences that late facts have made. A second run, or one at the same time, posts nothing again; one that is killed is finished by the next. The answer comes at once (202), or with `Prefer: wait=30` when all is posted, where that is within so many seconds (201). `through` may lie ahead until the end of the next calendar year. A dry run works out at most 5,000 accounts: `entities` says whose. Without `runs:read` the answer says of the run only how far it is.
         */
        post: operations["startRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a run
         * @description How far it has come, what it posted, and whose accounts could not be worked out.
         */
        get: operations["readRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the snapshots
         * @description In the order they were recorded, the newest last.
         */
        get: operations["listSnapshots"];
        put?: never;
        /**
         * Take a snapshot of balances
         * @description Computes the balances at the end of `asOf` as the book stands now (`knownAt`), holding up nobody who writes, and records their number and digest. What is recorded later changes nothing of them. May take seconds.
         */
        post: operations["takeSnapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/snapshots/{snapshot}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a snapshot
         * @description What it is of, and the number and digest of its balances.
         */
        get: operations["readSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/snapshots/{snapshot}/balances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the balances of a snapshot
         * @description By entity, then policy, the same bytes each time. By `Accept`: JSON pages; `application/x-ndjson`, all of them as canonical JSON, one a line, whose SHA-256 is the `digest` of the snapshot; or `text/csv`, all of them under a header line (RFC 4180). `limit` and `cursor` are for pages only; `delimiter`, `decimal` and `columns` for CSV only. The digest is that of the NDJSON, whatever a CSV shows.
         */
        get: operations["readSnapshotBalances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/snapshots/{snapshot}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what would be different now
         * @description The accounts about which something was recorded after the snapshot that is effective up to its day: what was available then, what would be now, and the transactions between. All pages of one walk are known at the same position. Of one account, the first 1000 transactions are named.
         */
        get: operations["listSnapshotChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/calendars/{calendar}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a calendar
         * @description Its newest version.
         */
        get: operations["readCalendar"];
        /**
         * Make or change a calendar
         * @description A changed definition is a new version, which decides from `effectiveFrom` on, until the day of one that is scheduled for later. What is in force on that day already is unchanged. `holidays`, `workedDays` and the days of a region are dated by themselves: the newest list decides about each date, past ones too. With `region`, the public holidays of its years are recorded with the version; said again in a later year, the same definition is a new version with those of later years. Leave of a year whose public holidays are not recorded is not counted.
         */
        put: operations["defineCalendar"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/calendars": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the calendars
         * @description By id, each in its newest version.
         */
        get: operations["listCalendars"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/calendars/{calendar}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the versions of a calendar
         * @description The oldest first.
         */
        get: operations["listCalendarVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/calendars/{calendar}/holidays/{date}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * List one date as a holiday
         * @description In place of what the calendar lists for the date; everything else of it stays as it is. With `portion` "none" the date is no holiday here, whatever the region says. A past date counts too: leave on it is counted again.
         */
        put: operations["defineCalendarHoliday"];
        post?: never;
        /**
         * Take one date off the list of holidays
         * @description What the region says of the date then holds. 200 where the calendar does not list it.
         */
        delete: operations["removeCalendarHoliday"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/public-holidays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the public holidays of a region
         * @description As they are known now, each with the law or the tables that it comes from: what a calendar with that region would record for the year.
         */
        get: operations["readPublicHolidays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/work-patterns/{effectiveFrom}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Say what an entity works by from a day on
         * @description A calendar, a part-time pattern, or both, until the day of the next one. What is not said is as the definition of the entity and its calendar have it: an empty body ends a part time. Said again for the same day, it takes the place of what was said before.
         */
        put: operations["defineWorkPattern"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/work-patterns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what an entity works by
         * @description By the day from which each holds; before the first of them, and without any, the calendar of the entity’s definition. Without that one too: Monday to Friday, eight hours each, no holidays.
         */
        get: operations["listWorkPatterns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/periods/{period}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close a month and every one before it
         * @description From then on no line is effective in them, so their balances cannot move: 409 `period-closed`, unless the line says `intoClosedPeriod`. The present month may be closed, a later one may not (422 `rule-violated`). One that is closed already is 409 `invalid-transition`.
         */
        post: operations["closePeriod"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/periods/{period}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open a closed month and every one after it again
         * @description Says why. One that is open is 409 `invalid-transition`.
         */
        post: operations["reopenPeriod"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/periods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the periods
         * @description Every month that was ever closed by itself, in the order of the calendar, with who closed or reopened it last, when and why. What is closed says `closedThrough`: that month and every one before it.
         */
        get: operations["listPeriods"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the statistics of a book
         * @description Events by day and type, balances by resource, who takes most, and up to which days the rules were run. A read model answers, which follows the record at a short distance: `Daybook-Position` says how far it has come, and `Daybook-Min-Position` waits for it. Whoever may not read the absences of everybody is told nothing of groups of fewer than 5 people.
         */
        get: operations["readStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the audit trail of a book
         * @description Who did what, or tried to, by time: accepted commands, from the record; and from beside it refused commands and calls, reads of data about people (`DAYBOOK_AUDIT_READS`), and changes of what is no part of the record. What is beside the record comes up to a second later, and is kept for `DAYBOOK_AUDIT_DAYS`. By `Accept` a page, or as `application/x-ndjson` all of it. A page may be short, or empty, and have another one after it. Reading this is audited.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the audit trail of what is about no book
         * @description Keys, sign-ins and whatever else belongs to no book, by time. What names a book that is not there is here, too. Otherwise like the audit trail of a book.
         */
        get: operations["listServiceAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/entities/{entity}/accesses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read who read what is about an entity
         * @description When others read what is about the entity, by which call and by which role; not who. Lists of everybody are among them (`of` is `list`), and lists of a manager whom the entity has today. As far as reads are noted (`DAYBOOK_AUDIT_READS`), and for `DAYBOOK_AUDIT_DAYS`; a read is there up to a second later.
         */
        get: operations["listAccesses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/access-review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read who may do what, today
         * @description Everybody who may do anything on the book today, by id: API keys and users with their roles and rights on it or on every book, until when, and when they were last used. Beside them stand the bootstrap key and what tokens of login servers give. What the roles may, what managers may without being listed, and what anybody may who has a role, is on every page.
         */
        get: operations["readAccessReview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the history
         * @description By `Accept`: a JSON page; `application/x-ndjson`, the whole history up to its end as a stream of one event a line; or `text/event-stream`, the history and then what happens, where the id of a message is its position and `Last-Event-ID` goes on behind one. Where its caller may not follow any more, its last message is of type `problem`. The history needs `events:read`. To follow it, `live:read` is enough: whoever does not read events whole is shown, of each, only what is about entities whose data they may read, and nothing of others. Behind a position that the book has not reached: 503 `not-caught-up`. An export can be checked with any JSON library and SHA-256.
         */
        get: operations["readEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/live/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a ticket for a WebSocket
         * @description For browsers, which cannot send `Authorization` when they open one: `…/live?token=<ticket>`. It opens one WebSocket on this book, on whichever process, within 30 seconds, for whoever made it. It is kept as a digest.
         */
        post: operations["createLiveTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow what concerns somebody
         * @description A WebSocket. The client sends a subscription (`x-client-message`), and the service the events that concern it, in order: those after `after`, then those that happen, none missed and none twice. An event is a document as in the history; whatever has no `position` is none. `{"subscribed": n}`: what follows comes after n. `{"caughtUp": n}`: that was all up to n; said again at every heartbeat. To go on after a break, name the last position that was heard of. What commands with the same `Daybook-Client-Id` caused is left out. A message that is no subscription is answered with a problem, and closes with 1007 or 1008; a client that takes nothing is cut with 1013, a stopping service closes with 1001. Whoever may not follow any more is told why within a second, by a problem, and closed with 1008. A page of another origin that is not listed is refused (`forbidden`).
         */
        get: operations["openLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/webhooks/{webhook}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a webhook
         * @description What it is sent, how far it has come, and whether it fails or was disabled.
         */
        get: operations["readWebhook"];
        /**
         * Have events sent to an address
         * @description Makes a webhook, or defines one anew. Events are sent in order, each at least once, and signed as the Standard Webhooks specification says. A new one is sent what is recorded from now on. One that there is goes on from its checkpoint, at once: also one that was disabled. Needs `events:read` as well. The address is asked for anew, and looked at, at each attempt.
         */
        put: operations["defineWebhook"];
        post?: never;
        /**
         * Remove a webhook
         * @description Nothing is sent any more, and what was kept of its attempts goes.
         */
        delete: operations["removeWebhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks
         * @description By id, each with how far it has come and whether it fails.
         */
        get: operations["listWebhooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/webhooks/{webhook}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a webhook another secret
         * @description The secret it had signs for `overlapSeconds` more: events have two signatures meanwhile, with a blank between them. With 0 it signs nothing any more.
         */
        post: operations["rotateWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/webhooks/{webhook}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what became of attempts
         * @description The last one first. So many are kept, for so many days, as the configuration says (`DAYBOOK_WEBHOOK_DELIVERIES`, `DAYBOOK_WEBHOOK_DELIVERY_DAYS`).
         */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/webhooks/{webhook}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send events again
         * @description Sets the checkpoint back: what comes after the position is sent again, with the same `webhook-id`s, and then all that follows. A webhook that is disabled stays so, and goes on from there once it is enabled.
         */
        post: operations["replayWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{book}/webhooks/{webhook}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test
         * @description Sends something that is no event, of the type `webhook-test`, once, and says what became of it. Also where the webhook is disabled. It is not among the deliveries.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/feeds/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a calendar feed
         * @description For calendar programs: who is away, a quarter of a year back and a year ahead, as iCalendar (RFC 5545). An event is a span of whole days without one between them, or half a day; it is tentative while nobody has decided. It needs no key: the address is the secret. With `If-None-Match` 304 where nothing has changed.
         */
        get: operations["readCalendarFeed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invitations/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose a password
         * @description For whoever was invited: the address is the secret, and works once. It replaces the password that there was, if any, and ends all sessions of the user. It signs nobody in: `POST /v1/sessions` does.
         */
        post: operations["choosePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/oidc/{n}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sign in at a login server
         * @description For browsers: sends them to the login server of this number in `DAYBOOK_OIDC`, counted from 0, if it has a `clientId`. They come back with a code within 10 minutes, carrying until then a cookie that shows that they began. OpenID Connect, with PKCE, `state` and `nonce`.
         */
        get: operations["beginSignIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/oidc/{n}/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Come back from a login server
         * @description For browsers, which the login server sends here. The code is exchanged for an ID token, which says who they are and, as other tokens of that login server, what they may do; a session begins by the cookie `__Host-daybook`, and they go on to the console. What was begun works once.
         */
        get: operations["finishSignIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/oidc/{n}/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the sessions of a login
         * @description For login servers (OpenID Connect Back-Channel Logout 1.0): the logout token names a login by `sid`, all of a person by `sub`, or both. Every process refuses their sessions within one second, and ends their streams. A token works once.
         */
        post: operations["endSessionsOfLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What there is at this address
         * @description The console, for people; links to what there is, where it is not there, and as text. By `Accept`.
         */
        get: operations["readFrontPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process is alive
         * @description Asks nobody else: when it does not answer, start it anew.
         */
        get: operations["readLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the service can do its work
         * @description The database answers, it has every migration, commands are taken, and the read models are not behind for longer than they may be.
         */
        get: operations["readReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the service is
         * @description What `/livez` and `/readyz` look at, for people. The `status` alone is for everybody; the rest for whoever is on the machine of the service, not through a proxy, or has the key for metrics.
         */
        get: operations["readHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What this process counts
         * @description In the text format of Prometheus. For whoever is on the machine of the service, not through a proxy, or has the key for metrics.
         */
        get: operations["readMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what tokens of sessions are signed with
         * @description The public keys, as a JSON Web Key Set. Whether a session has ended is not to be seen from its token: ask `GET /v1/me` with it.
         */
        get: operations["readSigningKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the problems there are
         * @description For people: HTML or text, by `Accept`.
         */
        get: operations["listProblems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read about a problem
         * @description When it happens and what to do about it, for people: HTML or text, by `Accept`.
         */
        get: operations["readProblem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read this document
         * @description OpenAPI 3.1, made from the schemas that requests are checked with. It changes with the release: with `If-None-Match` 304 where it has not.
         */
        get: operations["readOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    event: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An event was recorded
         * @description Sent to each webhook that wants it, in the order of the book, at least once: the next one when this one was taken. Keep the last position that was dealt with, and take what is not after it without doing anything.
         */
        post: operations["receiveEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook-test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Somebody tries the webhook
         * @description Sent once, whatever the answer is, when `testWebhook` is called. It is no event.
         */
        post: operations["receiveTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        Absence: {
            /**
             * @description null: by a consumption of no request.
             * @example r-16
             */
            request?: string | null;
            /**
             * @description null: by a request.
             * @example 42.1
             */
            transaction?: string | null;
            /**
             * @description Who.
             * @example e2
             */
            entity: string;
            /**
             * @description What it counts. Left out, with all but the days: it is not for the caller to know.
             * @example annual-leave
             */
            resource?: string;
            /**
             * @description Whether it is decided.
             * @enum {string}
             */
            status?: "pending" | "approved";
            /** @description Of those that were asked about, by date. */
            days: components["schemas"]["AbsentDay"][];
        };
        Absences: {
            /** @description By entity; the first 1000. */
            items: components["schemas"]["Absence"][];
        };
        AbsentDay: {
            /**
             * Format: date
             * @description The day.
             * @example 2026-07-06
             */
            date: string;
            /**
             * @description Which part of the day.
             * @enum {string}
             */
            portion: "full" | "am" | "pm";
        };
        /** @description That somebody else read what is about an entity. */
        Access: {
            /**
             * Format: date-time
             * @description When it was answered.
             * @example 2026-03-31T08:15:30.250Z
             */
            at: string;
            /**
             * @description The operation id of the call.
             * @example readStatement
             */
            action: string;
            by: components["schemas"]["AccessBy"];
            /**
             * @description `entity`: it was asked for; `list`: it was one of many, and may have been on another page.
             * @enum {string}
             */
            of: "entity" | "list";
            /**
             * Format: int64
             * @description How often within a moment.
             */
            times: number;
        };
        /** @description Not who. */
        AccessBy: {
            /**
             * @description What kind of actor.
             * @example employee
             */
            kind: string;
            /** @description null: an address of a feed did. */
            role: string | null;
        };
        /** @description Somebody who may do something today. */
        AccessHolder: {
            /**
             * @description `admin`: the bootstrap key; `client`: an API key; `user`: a person who signs in here.
             * @enum {string}
             */
            kind: "admin" | "client" | "user";
            /** @description Which one. */
            id: string;
            /** @description What it is for, or who has it. */
            name: string;
            /** @description Roles that hold today, on this book or on every one. */
            roles: {
                /**
                 * @description The book; `*`: every book there is or will be.
                 * @example main
                 */
                book: string;
                /**
                 * @description `employee`, `hr`, `payroll`, `auditor`, `integration` or `admin`.
                 * @example payroll
                 */
                role: string;
                /**
                 * @description null: nobody of the book.
                 * @example ada
                 */
                entity: string | null;
                /**
                 * Format: date
                 * @description null: without end.
                 * @example 2027-12-31
                 */
                until: string | null;
            }[];
            /** @description Single rights that hold today. */
            rights: {
                /**
                 * @description The book; `*`: every book there is or will be.
                 * @example main
                 */
                book: string;
                /**
                 * @description `<noun>:<verb>`, as docs/reference/access.md lists them.
                 * @example balances:read
                 */
                right: string;
                /**
                 * Format: date
                 * @description null: without end.
                 * @example 2027-12-31
                 */
                until: string | null;
            }[];
            /** @description null: from anywhere. */
            allowedAddresses: string[] | null;
            /**
             * Format: date-time
             * @description null: it does not expire.
             * @example 2026-03-31T08:15:30.250Z
             */
            expiresAt: string | null;
            /**
             * Format: date-time
             * @description When it was last used, to within a minute; of a user, when they last signed in: a session lasts 12 hours at most. null: never, or nobody knows.
             * @example 2026-03-31T08:15:30.250Z
             */
            lastUsedAt: string | null;
        };
        AccessPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Access"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        AccessReview: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["AccessHolder"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
            bootstrap: components["schemas"]["AccessHolder"];
            /** @description Those whose tokens give anything on this book (`DAYBOOK_OIDC`). */
            loginServers: components["schemas"]["LoginServerAccess"][];
            /** @description What roles are. */
            roles: components["schemas"]["RoleMeaning"][];
            managers: components["schemas"]["ManagersMay"];
            anybody: components["schemas"]["AnybodyMay"];
        };
        /** @description What became of an account. */
        AccountLeft: {
            /**
             * @description Under which policy.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description What there was, with everything that was recorded for later days.
             * @example 7.50
             */
            before: string;
            /**
             * @description Leave after the last day; less what was accrued by hand for later days and is taken back.
             * @example 3.00
             */
            givenBack: string;
            /**
             * @description What the rules posted.
             * @example 2.08
             */
            posted: string;
            /**
             * @description Paid out, or forfeited; below zero: a debt that ended.
             * @example 12.58
             */
            settled: string;
            /**
             * @description What is left: `before` + `givenBack` + `posted` − `settled`.
             * @example 0.00
             */
            after: string;
        };
        AccountLookedAt: {
            /**
             * @description Under which policy it is kept.
             * @example carried
             */
            policy: string;
            /**
             * @description The most that `firstViolatedOn` allows of it; what this request holds already is not counted.
             * @example 1.50
             */
            available: string | null;
            /**
             * Format: date
             * @description The last day that is drawn from it, where that is over.
             * @example 2026-03-31
             */
            expiresOn?: string;
            /**
             * Format: date
             * @description The day from which its policy is retired, where it is so.
             * @example 2026-07-01
             */
            retiredFrom?: string;
        };
        Accrual: {
            /**
             * @description Whose balance: a person, a wallet, an item, a seat. It need not have been defined.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy the balance is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description Greater than zero; at most 18 integer digits, and no more decimals than the policy keeps.
             * @example 1.5
             */
            amount: string;
            /**
             * Format: date
             * @description The calendar day from which it counts.
             * @example 2026-03-31
             */
            effectiveOn: string;
            /**
             * Format: date
             * @description The last day on which it may be taken; without it, it does not lapse by itself. Leave draws what lapses first, and what is left after this day counts no more.
             * @example 2026-06-30
             */
            validUntil?: string;
            /** @description Whether it was earned in an earlier leave year, such as an opening balance: then it counts as carried into its leave year, and not as earned in it. */
            carriedIn?: boolean;
            /**
             * Format: int64
             * @description The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 7
             */
            expectedVersion?: number;
            /**
             * @description What becomes of a line for a closed period, which is otherwise refused: `post-today` records it today, and says by `meantFor` which day it is about. A line for an open period is recorded as if this were not said.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        AccrualItem: {
            /**
             * @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without.
             * @example payroll-2026-03-e1
             */
            idempotencyKey: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "accrual";
            /**
             * @description Whose balance: a person, a wallet, an item, a seat. It need not have been defined.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy the balance is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description Greater than zero; at most 18 integer digits, and no more decimals than the policy keeps.
             * @example 1.5
             */
            amount: string;
            /**
             * Format: date
             * @description The calendar day from which it counts.
             * @example 2026-03-31
             */
            effectiveOn: string;
            /**
             * Format: date
             * @description The last day on which it may be taken; without it, it does not lapse by itself. Leave draws what lapses first, and what is left after this day counts no more.
             * @example 2026-06-30
             */
            validUntil?: string;
            /** @description Whether it was earned in an earlier leave year, such as an opening balance: then it counts as carried into its leave year, and not as earned in it. */
            carriedIn?: boolean;
            /**
             * Format: int64
             * @description The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 7
             */
            expectedVersion?: number;
            /**
             * @description What becomes of a line for a closed period, which is otherwise refused: `post-today` records it today, and says by `meantFor` which day it is about. A line for an open period is recorded as if this were not said.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        AccrualLine: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "accrual";
            /**
             * @description Whose balance: a person, a wallet, an item, a seat. It need not have been defined.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy the balance is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description Greater than zero; at most 18 integer digits, and no more decimals than the policy keeps.
             * @example 1.5
             */
            amount: string;
            /**
             * Format: date
             * @description The calendar day from which it counts.
             * @example 2026-03-31
             */
            effectiveOn: string;
            /**
             * Format: date
             * @description The last day on which it may be taken; without it, it does not lapse by itself. Leave draws what lapses first, and what is left after this day counts no more.
             * @example 2026-06-30
             */
            validUntil?: string;
            /** @description Whether it was earned in an earlier leave year, such as an opening balance: then it counts as carried into its leave year, and not as earned in it. */
            carriedIn?: boolean;
            /**
             * Format: int64
             * @description The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 7
             */
            expectedVersion?: number;
            /**
             * @description What becomes of a line for a closed period, which is otherwise refused: `post-today` records it today, and says by `meantFor` which day it is about. A line for an open period is recorded as if this were not said.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        /** @description Who acts: an entity (`employee`, `manager`), a key (`client`), an account (`user`), a system or an administrator. */
        Actor: {
            /**
             * @description What kind of actor.
             * @example admin
             */
            type: string;
            /**
             * @description Who.
             * @example root
             */
            id: string;
        };
        Adjustment: {
            /**
             * @description Whose balance: a person, a wallet, an item, a seat. It need not have been defined.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy the balance is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description Not zero; at most 18 integer digits, and no more decimals than the policy keeps.
             * @example -0.5
             */
            amount?: string;
            /**
             * @description In place of `amount`: what the balance is to be at the end of `effectiveOn`. How much that takes is found out when it is recorded; where it takes nothing, 422 `rule-violated` with the `rule` `adjustment-changes-nothing`.
             * @example 12
             */
            to?: string;
            /**
             * Format: date
             * @description The calendar day from which it counts.
             * @example 2026-03-31
             */
            effectiveOn: string;
            /** @description Record it even where the balance would fall below its limit, and say so in the event. */
            allowNegative?: boolean;
            /**
             * Format: int64
             * @description The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 7
             */
            expectedVersion?: number;
            /**
             * @description What becomes of a line for a closed period, which is otherwise refused: `post-today` records it today, and says by `meantFor` which day it is about. A line for an open period is recorded as if this were not said.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        AdjustmentItem: {
            /**
             * @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without.
             * @example payroll-2026-03-e1
             */
            idempotencyKey: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "adjustment";
            /**
             * @description Whose balance: a person, a wallet, an item, a seat. It need not have been defined.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy the balance is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description Not zero; at most 18 integer digits, and no more decimals than the policy keeps.
             * @example -0.5
             */
            amount?: string;
            /**
             * @description In place of `amount`: what the balance is to be at the end of `effectiveOn`. How much that takes is found out when it is recorded; where it takes nothing, 422 `rule-violated` with the `rule` `adjustment-changes-nothing`.
             * @example 12
             */
            to?: string;
            /**
             * Format: date
             * @description The calendar day from which it counts.
             * @example 2026-03-31
             */
            effectiveOn: string;
            /** @description Record it even where the balance would fall below its limit, and say so in the event. */
            allowNegative?: boolean;
            /**
             * Format: int64
             * @description The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 7
             */
            expectedVersion?: number;
            /**
             * @description What becomes of a line for a closed period, which is otherwise refused: `post-today` records it today, and says by `meantFor` which day it is about. A line for an open period is recorded as if this were not said.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        AdjustmentLine: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "adjustment";
            /**
             * @description Whose balance: a person, a wallet, an item, a seat. It need not have been defined.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy the balance is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description Not zero; at most 18 integer digits, and no more decimals than the policy keeps.
             * @example -0.5
             */
            amount?: string;
            /**
             * @description In place of `amount`: what the balance is to be at the end of `effectiveOn`. How much that takes is found out when it is recorded; where it takes nothing, 422 `rule-violated` with the `rule` `adjustment-changes-nothing`.
             * @example 12
             */
            to?: string;
            /**
             * Format: date
             * @description The calendar day from which it counts.
             * @example 2026-03-31
             */
            effectiveOn: string;
            /** @description Record it even where the balance would fall below its limit, and say so in the event. */
            allowNegative?: boolean;
            /**
             * Format: int64
             * @description The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 7
             */
            expectedVersion?: number;
            /**
             * @description What becomes of a line for a closed period, which is otherwise refused: `post-today` records it today, and says by `meantFor` which day it is about. A line for an open period is recorded as if this were not said.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        AllRequestTerms: {
            /**
             * @description Of the policies of one resource the one with the lowest number is drawn on first; 100 unless given.
             * @example 10
             */
            priority: number;
            /**
             * Format: date
             * @description No later day is drawn from it; of two with the same priority the one that expires earlier goes first. null, unless given: never.
             * @example 2026-03-31
             */
            expiresOn: string | null;
            /** @description The roles that have to agree, one after the other. `manager` is whom the definition of the entity names, any other those of `roles`. An empty list: granted at once. null, unless given: anybody but the one whose request it is. */
            approval: string[] | null;
            /**
             * @description The entities that have a role, by role.
             * @example {
             *       "hr": [
             *         "h1",
             *         "h2"
             *       ]
             *     }
             */
            roles: {
                [key: string]: string[];
            };
            /**
             * @description A request of at most this much is granted at once. null, unless given: none.
             * @example 1
             */
            automaticUpTo: string | null;
            /**
             * @description What was approved is cancelled by the one whose it is (`free`, unless given), or only asked for (`ask`): then whoever has the last role of `approval` decides, and nobody else changes it.
             * @enum {string}
             */
            cancellation: "free" | "ask";
            /**
             * @description How many days from today on the first day may be; 365 unless given, null: any.
             * @example 365
             */
            maxDaysAhead: number | null;
            /**
             * @description How many days of the calendar a request may span; 30 unless given, null: 366.
             * @example 30
             */
            maxConsecutiveDays: number | null;
            /**
             * @description How many days before the first day it has to be submitted. null, unless given: none.
             * @example 14
             */
            minNoticeDays: number | null;
            /**
             * @description From the beginning of a period of employment on, days before which the first day may not be. null, unless given: none.
             * @example 90
             */
            waitingDays: number | null;
            /** @description Spans in which no working day may be taken. */
            blackouts: {
                /**
                 * Format: date
                 * @description First day.
                 * @example 2026-12-01
                 */
                from: string;
                /**
                 * Format: date
                 * @description Last day.
                 * @example 2026-12-23
                 */
                to: string;
                /**
                 * @description Why.
                 * @example Stocktaking
                 */
                name: string;
            }[];
            /** @description Every day of a request counts as 1 day, worked or not, halves as 0.5. Only where `unit` is `day`. false, unless given: working days count. */
            countCalendarDays?: boolean;
            /** @description Approved requests for these resources give back the days that an approved request under this policy has, in the same event, and get them again where it has them no more. None, unless given. */
            displaces?: string[];
        };
        /** @description Another last day of this employment is known. `PUT …/entities/{entity}/employments/{from}` says another one; then leave again, on that day. `leftOn` is said to whoever may read or define entities. */
        AlreadyLeftProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/already-left";
            /** @constant */
            title: "Already left";
            /** @constant */
            status: 409;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "already-left";
            /**
             * @description Who leaves.
             * @example ada
             */
            entity: string;
            /**
             * Format: date
             * @description The day that was asked for.
             * @example 2027-06-30
             */
            on: string;
            /**
             * Format: date
             * @description The last day that is known.
             * @example 2027-03-31
             */
            leftOn?: string;
        };
        /** @description A transaction is reversed at most once, and so are worked hours. Members that tell more of somebody than the command said are there for whoever may read that, and left out for others. Of a transaction that takes `transactions:read`. */
        AlreadyReversedProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/already-reversed";
            /** @constant */
            title: "Already reversed";
            /** @constant */
            status: 409;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "already-reversed";
            /**
             * @description The transaction to undo.
             * @example 42.1
             */
            transaction?: string;
            /**
             * @description The hours to undo.
             * @example 42
             */
            workedHours?: string;
            /**
             * @description The reversal that undid it; of worked hours the position of its event; or the JSON pointer of the line of the same command that would; or in the dry run of a bulk the JSON pointer, into the bulk, of the earlier command or line that would.
             * @example 41.1
             * @example /transactions/0
             * @example /2
             */
            reversedBy?: string;
            /**
             * @description Which of several lines it is about, or which member: a JSON pointer into the body.
             * @example /transactions/3
             */
            pointer?: string;
        };
        /** @description A transaction that a command recorded, or that a dry run would have. */
        AnsweredTransaction: {
            /**
             * @description A reversal undoes one of the others; `pending` is held by a request that is not decided yet.
             * @enum {string}
             */
            type: "accrual" | "consumption" | "pending" | "reversal" | "adjustment";
            /**
             * @description Whose balance.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy the balance is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description What is counted.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description Signed effect on what is available.
             * @example -1.00
             */
            amount: string;
            /**
             * Format: date
             * @description The calendar day from which it counts.
             * @example 2026-03-31
             */
            effectiveOn: string;
            /**
             * Format: date
             * @description Only where it was recorded later than a day in a closed period: that day, which it is about and may take.
             * @example 2026-03-31
             */
            meantFor?: string;
            /**
             * Format: date
             * @description Only of an accrual that lapses: the last day on which what is left of it may be taken.
             * @example 2026-06-30
             */
            validUntil?: string;
            /** @description Only of an accrual that counts as carried into its leave year. Where it is there it is `true`. */
            carriedIn?: boolean;
            /**
             * @description Only of what the rules of the policy posted: by which of them.
             * @enum {string}
             */
            rule?: "accrual" | "carry-over" | "lapse" | "cap" | "encashment" | "correction" | "settlement";
            /** @description Only with `rule`: the days that the posting is about. */
            period?: {
                /**
                 * Format: date
                 * @description The first.
                 * @example 2026-03-01
                 */
                from: string;
                /**
                 * Format: date
                 * @description The last.
                 * @example 2026-03-31
                 */
                to: string;
            };
            /**
             * @description null unless the policy is `dayExclusive`.
             * @enum {string|null}
             */
            portion: "full" | "am" | "pm" | null;
            /**
             * @description The transaction that this one undoes.
             * @example 42.1
             */
            reverses: string | null;
            /**
             * @description The transaction that undoes this one.
             * @example 42.1
             */
            reversedBy: string | null;
            /** @description A key in the system that it comes from. */
            reference: string | null;
            /** @description Why, in words; null once that was erased. */
            reason: string | null;
            /**
             * @description `<position>.<line>`; null in a dry run.
             * @example 42.1
             */
            id: string | null;
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
        };
        /** @description What anybody with a role on the book may. */
        AnybodyMay: {
            /**
             * @description Whose data: `own`, of the entity that the role names; `team`; `book`, of everybody.
             * @enum {string}
             */
            about: "own" | "team" | "book";
            /** @description Rights. */
            rights: string[];
        };
        /** @description An API key. Its secret is not in it. */
        ApiKey: {
            /**
             * @description The key.
             * @example 3f9c2a7e51b04d68
             */
            id: string;
            /**
             * @description What it is for, or who has it.
             * @example Payroll export
             */
            name: string;
            roles: {
                /**
                 * @description The book; `*`: every book there is or will be.
                 * @example main
                 */
                book: string;
                /**
                 * @description `employee`, `hr`, `payroll`, `auditor`, `integration` or `admin`.
                 * @example payroll
                 */
                role: string;
                /**
                 * @description null: nobody of the book.
                 * @example ada
                 */
                entity: string | null;
                /**
                 * Format: date
                 * @description null: without end.
                 * @example 2027-12-31
                 */
                until: string | null;
            }[];
            rights: {
                /**
                 * @description The book; `*`: every book there is or will be.
                 * @example main
                 */
                book: string;
                /**
                 * @description `<noun>:<verb>`, as docs/reference/access.md lists them.
                 * @example balances:read
                 */
                right: string;
                /**
                 * Format: date
                 * @description null: without end.
                 * @example 2027-12-31
                 */
                until: string | null;
            }[];
            /** @description null: from anywhere. */
            allowedAddresses: string[] | null;
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-03-31T08:15:30.250Z
             */
            createdAt: string;
            /**
             * @description Who made it, as `<kind>:<id>`.
             * @example admin:root
             */
            createdBy: string;
            /**
             * Format: date-time
             * @description null: it does not expire.
             * @example 2026-03-31T08:15:30.250Z
             */
            expiresAt: string | null;
            /**
             * Format: date-time
             * @description null: it is not.
             * @example 2026-03-31T08:15:30.250Z
             */
            formerSecretUntil: string | null;
            /**
             * Format: date-time
             * @description null: never.
             * @example 2026-03-31T08:15:30.250Z
             */
            lastUsedAt: string | null;
        };
        ApiKeyPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["ApiKey"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        ApproveRequestConflict: components["schemas"]["PeriodClosedProblem"] | components["schemas"]["VersionConflictProblem"] | components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["InvalidTransitionProblem"] | components["schemas"]["InsufficientBalanceProblem"] | components["schemas"]["DayTakenProblem"];
        ApproveRequestForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnRequestProblem"];
        ApproveRequestUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["ScaleExceededProblem"];
        AskedCancellation: {
            /** @description These days; null: all there is. */
            days: string[] | null;
        };
        /** @description One version of an assignment, and where it was recorded. */
        Assignment: {
            /**
             * @description The assignment, among those of the entity.
             * @example a-2026
             */
            id: string;
            /**
             * @description Who earns.
             * @example ada
             */
            entity: string;
            /**
             * @description Under which policy.
             * @example annual-leave
             */
            policy: string;
            /** @description What that counts. */
            resource: string;
            /**
             * Format: date
             * @description Its first day.
             * @example 2026-01-01
             */
            from: string;
            /**
             * Format: date
             * @description Its last day; null: until further notice.
             * @example 2026-12-31
             */
            to: string | null;
            /**
             * Format: date
             * @description Since when service counts; null: since `hiredOn` of the entity, and where that is not known since `from`.
             * @example 2020-09-01
             */
            serviceSince: string | null;
            /**
             * @description Of full time; null: full time.
             * @example 0.8
             */
            share: string | null;
            /** @description What is earned in place of what each level of the policy says; null: as the policy says. */
            amounts: components["schemas"]["AssignmentAmounts"] | null;
            /** @description What holds of the entity alone, in place of what the policy says; null: nothing. */
            terms: components["schemas"]["AssignmentTerms"] | null;
            /**
             * Format: date
             * @description The day from which the share, the amounts and the terms hold.
             * @example 2026-01-01
             */
            effectiveFrom: string;
            /**
             * Format: int64
             * @description Which version this is: 1, 2, 3 …
             */
            version: number;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description SHA-256 of the event, which covers the one before it.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string;
        };
        /**
         * @description What is earned in place of what each level of the policy says: one of the two.
         * @example {
         *       "yearAmount": "30"
         *     }
         */
        AssignmentAmounts: {
            /**
             * @description For each whole leave year.
             * @example 30
             */
            yearAmount?: string;
            /**
             * @description For each whole period.
             * @example 2.5
             */
            amount?: string;
        };
        AssignmentDefinition: {
            /**
             * @description Under which policy it earns: the same in every version.
             * @example annual-leave
             */
            policy: string;
            /**
             * Format: date
             * @description Its first day. What is said of employment bounds it as well.
             * @example 2026-01-01
             */
            from: string;
            /**
             * Format: date
             * @description Its last day. Unless given: until further notice.
             * @example 2026-12-31
             */
            to?: string | null;
            /**
             * Format: date
             * @description Since when service counts, for levels and for leave years that begin with service. Unless given: since `hiredOn` of the entity, and where that is not known since `from`.
             * @example 2020-09-01
             */
            serviceSince?: string | null;
            /**
             * @description Of full time: greater than zero and at most 2, with at most 8 decimals. Unless given: full time.
             * @example 0.8
             */
            share?: string | null;
            /** @description What is earned in place of what each level of the policy says: one of the two. */
            amounts?: components["schemas"]["AssignmentAmounts"] | null;
            /** @description What holds of the entity alone, each in place of what the policy says: an exception for one person. */
            terms?: components["schemas"]["AssignmentTerms"] | null;
            /**
             * Format: date
             * @description The day from which `share`, `amounts` and `terms` hold, until that of the next version. Unless given: from the beginning on. `from`, `to` and `serviceSince` are of the whole assignment, whatever this day is.
             * @example 2026-07-01
             */
            effectiveFrom?: string;
        };
        /** @description Another assignment of the entity to the same policy has some of these days, and nobody earns twice. End that one before, or begin this one after it. What changes from a day on, such as a share of full time, is a version of the same assignment. */
        AssignmentOverlapProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/assignment-overlap";
            /** @constant */
            title: "Assignments overlap";
            /** @constant */
            status: 409;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "assignment-overlap";
            /**
             * @description Whose assignments.
             * @example ada
             */
            entity: string;
            /**
             * @description Under which policy.
             * @example annual-leave
             */
            policy: string;
            /** @description The other assignment. */
            other: {
                /**
                 * @description Which.
                 * @example a-2025
                 */
                id: string;
                /**
                 * Format: date
                 * @description Its first day.
                 * @example 2025-01-01
                 */
                from: string;
                /**
                 * Format: date
                 * @description Its last day; null: until further notice.
                 * @example 2026-06-30
                 */
                to: string | null;
            };
        };
        AssignmentPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Assignment"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        /**
         * @description What holds of the entity alone, each in place of what the policy says: an exception for one person.
         * @example {
         *       "carryOver": {
         *         "keep": "all"
         *       }
         *     }
         */
        AssignmentTerms: {
            earning?: components["schemas"]["EarningTerms"];
            carryOver?: components["schemas"]["CarryOverTerms"];
        };
        /** @description Who did it, or tried to. */
        AuditActor: {
            /**
             * @description What kind of actor; `nobody`: not known.
             * @example employee
             */
            type: string;
            /**
             * @description null: nobody.
             * @example ada
             */
            id: string | null;
        };
        /** @description From where somebody called. */
        AuditClient: {
            /** @description null where that is not known. */
            ip: string | null;
            /** @description null where it does not. */
            userAgent: string | null;
            /** @description null where there was none. */
            session: string | null;
        };
        /** @description Something that somebody did, or tried to. */
        AuditEntry: {
            /**
             * Format: date-time
             * @description When it was recorded, or else answered.
             * @example 2026-03-31T08:15:30.250Z
             */
            at: string;
            actor: components["schemas"]["AuditActor"];
            /** @description By whose credential; null: by none, or it is not known any more. */
            via: components["schemas"]["AuditVia"] | null;
            /** @description null: none did, or the record holds it not. */
            role: string | null;
            /** @description From where; null once that is erased. */
            client: components["schemas"]["AuditClient"] | null;
            /**
             * @description The operation id of the call.
             * @example recordAccrual
             */
            action: string;
            /**
             * @description null: of no book.
             * @example main
             */
            book: string | null;
            /**
             * @description null: nobody alone.
             * @example ada
             */
            entity: string | null;
            /**
             * @description What else it is about, such as `key:3f9c2a7e51b04d68`; null: nothing.
             * @example key:3f9c2a7e51b04d68
             */
            subject: string | null;
            /**
             * @description `failed`: the service could not do it.
             * @enum {string}
             */
            outcome: "accepted" | "refused" | "failed";
            /** @description null where there was none. */
            problem: string | null;
            /**
             * Format: int64
             * @description null where it was recorded nowhere there.
             * @example 42
             */
            position: number | null;
            /**
             * Format: int64
             * @description How often the same happened within a moment.
             */
            times: number;
            /**
             * Format: int64
             * @description Its number in the chain of what is beside the record; null: it is of the record.
             */
            entry: number | null;
            /**
             * @description SHA-256 of the entry, which covers the one before it; or that of the event.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string;
        };
        AuditPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["AuditEntry"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        AuditVia: {
            /**
             * @description What kind of caller.
             * @example client
             */
            kind: string;
            /**
             * @description Which one.
             * @example 3f9c2a7e51b04d68
             */
            id: string;
        };
        /** @description Who is away when. It follows the record at a short distance: `position` says how far it has come. */
        AwayCalendar: {
            /**
             * @description The book.
             * @example main
             */
            book: string;
            /**
             * Format: int64
             * @description The last position that it knows.
             */
            position: number;
            /**
             * Format: date
             * @description First day.
             * @example 2026-07-01
             */
            from: string;
            /**
             * Format: date
             * @description Last day.
             * @example 2026-07-31
             */
            to: string;
            /** @description By entity; those who are away on none of the days are left out. */
            items: components["schemas"]["EntityAway"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        AwayDay: {
            /**
             * Format: date
             * @description The day.
             * @example 2026-07-06
             */
            date: string;
            /**
             * @description Which part of the day.
             * @enum {string}
             */
            portion: "full" | "am" | "pm";
            /**
             * @description Whether it is decided.
             * @enum {string}
             */
            status?: "pending" | "approved";
            /**
             * @description null: a consumption that belongs to no request.
             * @example r-17
             */
            request?: string | null;
            /**
             * @description null: by a request.
             * @example 42.1
             */
            transaction?: string | null;
            /**
             * @description What it counts.
             * @example annual-leave
             */
            resource?: string;
        };
        Balance: {
            /**
             * @description Whose balance.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy it is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description What is counted.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description What a quantity of 1 is.
             * @example day
             */
            unit: string;
            /**
             * Format: date
             * @description The end of this day.
             * @example 2026-03-31
             */
            asOf: string;
            /**
             * Format: int64
             * @description The position up to which the record was taken into account.
             */
            knownAt: number;
            /**
             * @description Earned.
             * @example 25.00
             */
            accrued: string;
            /**
             * @description Taken.
             * @example 1.00
             */
            consumed: string;
            /**
             * @description Corrected, signed.
             * @example 0.00
             */
            adjusted: string;
            /**
             * @description accrued − consumed − pending + adjusted
             * @example 24.00
             */
            available: string;
            /**
             * @description null: no such day has a limit.
             * @example 24.00
             */
            spendable: string | null;
            /**
             * @description Held by requests that are not decided yet.
             * @example 0.00
             */
            pending: string;
            /**
             * Format: int64
             * @description How many transactions the account has.
             */
            version: number;
            /**
             * @description What of `adjusted` has lapsed, or was cut by carry-over or a cap; positive. Left out where nothing is earned, nor was ever taken by a rule.
             * @example 2.00
             */
            lapsed?: string;
            /**
             * @description What of `adjusted` was paid out; positive. Left out as `lapsed` is.
             * @example 1.00
             */
            encashed?: string;
            /**
             * Format: date
             * @description null: they have not yet.
             * @example 2026-11-30
             */
            earnedThrough?: string | null;
            projected?: components["schemas"]["ProjectedBalance"];
        };
        Balances: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Balance"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
            /**
             * Format: date
             * @description The day that all items are as of.
             * @example 2026-03-31
             */
            asOf: string;
            /**
             * Format: int64
             * @description The position that all items are known at.
             */
            knownAt: number;
        };
        Book: {
            /**
             * @description The book.
             * @example main
             */
            id: string;
            /** @description What people call it. */
            name: string | null;
            /**
             * @description What "today" means in it.
             * @example UTC
             */
            timeZone: string;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description SHA-256 of the event, which covers the one before it.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string;
        };
        BookDefinition: {
            /**
             * @description What people call the book.
             * @example Germany
             */
            name?: string | null;
            /**
             * @description IANA name of the time zone that "today" means in this book; `UTC` unless given.
             * @example Europe/Berlin
             */
            timeZone?: string;
        };
        BookPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Book"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        BulkCommand: components["schemas"]["AccrualItem"] | components["schemas"]["ConsumptionItem"] | components["schemas"]["AdjustmentItem"] | components["schemas"]["ReversalItem"] | components["schemas"]["TransactionsItem"] | components["schemas"]["WorkedHoursItem"] | components["schemas"]["NoticeItem"];
        BulkOutcome: {
            /**
             * Format: int64
             * @description Which command, from 0.
             */
            index: number;
            /**
             * @description What the single call would have answered with.
             * @example 201
             */
            status: number;
            /** @description true where it was recorded before. */
            replayed?: boolean;
            /**
             * Format: int64
             * @description Where it was recorded; null in a dry run.
             * @example 42
             */
            position?: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt?: string | null;
            /**
             * @description SHA-256 of the event; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash?: string | null;
            transactions?: components["schemas"]["AnsweredTransaction"][];
            balances?: components["schemas"]["TouchedBalance"][];
            /** @description Entity ids, references and request ids that look like mail addresses: they cannot be erased. The first 20; left out where there is none. */
            warnings?: components["schemas"]["MailLikeId"][];
            /**
             * @description What they are reversed by; null in a dry run.
             * @example 42
             */
            id?: string | null;
            /**
             * @description Who has worked.
             * @example ada
             */
            entity?: string;
            /**
             * Format: date
             * @description First day.
             * @example 2026-03-01
             */
            from?: string;
            /**
             * Format: date
             * @description Last day.
             * @example 2026-03-31
             */
            to?: string;
            /**
             * @description Over all these days together.
             * @example 162.5
             */
            hours?: string;
            /** @description The key of the system that they come from. */
            reference?: string | null;
            /**
             * @description null: they count.
             * @example 42
             */
            reversedBy?: string | null;
            /**
             * @description Of what kind of leave.
             * @example annual-leave
             */
            policy?: string;
            /**
             * @description Of which leave year: the year in which it begins.
             * @example 2026
             */
            year?: number;
            /**
             * Format: date
             * @description When.
             * @example 2026-10-01
             */
            givenOn?: string;
            /** @description What the policy counts. */
            resource?: string;
            /** @description Why not: a problem as the single call would have answered. */
            problem?: {
                [key: string]: unknown;
            };
        };
        /** @description One version of a calendar, and where it was recorded. */
        Calendar: {
            /**
             * @description The calendar.
             * @example de-by
             */
            id: string;
            workingDays: components["schemas"]["WorkingDays"];
            /** @description A rota, which holds instead of `workingDays`; null: every week is the same. */
            weeks: components["schemas"]["WorkingDays"][] | null;
            /**
             * Format: date
             * @description null without a rota.
             * @example 2026-03-31
             */
            weeksFrom: string | null;
            hoursPerDay: components["schemas"]["HoursPerDay"];
            /** @description Those that were listed, by date. */
            holidays: components["schemas"]["OwnHoliday"][];
            /** @description Dates that are worked as on another weekday, by date. */
            workedDays: components["schemas"]["WorkedDay"][];
            /** @description Whose public holidays are days off besides. */
            region: string | null;
            /** @description null without a region. */
            publicHolidays: components["schemas"]["PublicHolidays"] | null;
            /**
             * Format: int64
             * @description Which version this is: 1, 2, 3 …
             */
            version: number;
            /**
             * Format: date
             * @description The day from which this version decides.
             * @example 2026-01-01
             */
            effectiveFrom: string;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description SHA-256 of the event, which covers the one before it.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string;
        };
        CalendarDefinition: {
            workingDays: components["schemas"]["CalendarWorkingDays"];
            /** @description A rota: weeks that follow one another and then begin anew. Holds instead of `workingDays`. */
            weeks?: components["schemas"]["WorkingDays"][] | null;
            /**
             * Format: date
             * @description A day of the first week of the rota. Unless given: of `effectiveFrom`.
             * @example 2026-01-05
             */
            weeksFrom?: string | null;
            hoursPerDay?: components["schemas"]["HoursPerDay"];
            /** @description Days off, in whole or in part, besides those of the region; where one of those falls on the same day, what stands here holds. No day twice. */
            holidays?: components["schemas"]["HolidayDefinition"][];
            /** @description Dates that are worked as on another weekday, such as a Saturday that makes up for a bridge day. They and the holidays are dated by themselves: the newest list decides about each date, whatever `effectiveFrom` says. */
            workedDays?: components["schemas"]["WorkedDayDefinition"][];
            /**
             * @description A country (ISO 3166-1) or a part of one (ISO 3166-2) whose public holidays are days off. They are recorded with the version, as they are known now.
             * @example DE-BY
             */
            region?: string | null;
            /** @description The years whose public holidays are recorded, at most 20. Unless given: from five years ago, or the year of `effectiveFrom` where that is later, to five years ahead of both. */
            regionYears?: {
                /**
                 * @description The first year.
                 * @example 2026
                 */
                from: number;
                /**
                 * @description The last year, included.
                 * @example 2026
                 */
                to: number;
            };
            /**
             * Format: date
             * @description The day from which this version decides. Unless given: of the first version always, of a later one today.
             * @example 2026-01-01
             */
            effectiveFrom?: string;
        };
        /** @description An address at which a calendar program reads who is away. */
        CalendarFeed: {
            /**
             * @description The feed.
             * @example 0f1e2d3c4b5a69788796a5b4c3d2e1f0
             */
            id: string;
            /**
             * @description null: it shows the leave of others.
             * @example ada
             */
            entity: string | null;
            /**
             * @description null: it shows the leave of others.
             * @example m1
             */
            manager: string | null;
            /**
             * @description null: it shows the leave of others.
             * @example Finance
             */
            department: string | null;
            createdBy: components["schemas"]["Actor"];
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-03-31T08:15:30.250Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description null: it can be read.
             * @example 2026-03-31T08:15:30.250Z
             */
            revokedAt: string | null;
        };
        /** @description One of the three. */
        CalendarFeedDefinition: {
            /**
             * @description Only the leave of this entity.
             * @example ada
             */
            entity?: string;
            /**
             * @description Of all entities that have this manager when the feed is read.
             * @example m1
             */
            manager?: string;
            /**
             * @description Of all entities that are of this department when the feed is read.
             * @example Finance
             */
            department?: string;
        };
        CalendarFeedPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["CalendarFeed"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        CalendarPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Calendar"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        CalendarWarning: {
            /**
             * @description Name one of the parts instead.
             * @constant
             */
            code: "region-has-parts";
            /** @description The parts of the region that have other days than it has alone. */
            parts: string[];
        };
        /**
         * @description At least one day is worked.
         * @example {
         *       "mon": "1",
         *       "tue": "1",
         *       "wed": "1",
         *       "thu": "1",
         *       "fri": "1",
         *       "sat": "0",
         *       "sun": "0"
         *     }
         */
        CalendarWorkingDays: {
            /**
             * @description How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.
             * @enum {string}
             */
            mon: "0" | "0.5" | "1" | "am" | "pm";
            /**
             * @description How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.
             * @enum {string}
             */
            tue: "0" | "0.5" | "1" | "am" | "pm";
            /**
             * @description How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.
             * @enum {string}
             */
            wed: "0" | "0.5" | "1" | "am" | "pm";
            /**
             * @description How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.
             * @enum {string}
             */
            thu: "0" | "0.5" | "1" | "am" | "pm";
            /**
             * @description How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.
             * @enum {string}
             */
            fri: "0" | "0.5" | "1" | "am" | "pm";
            /**
             * @description How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.
             * @enum {string}
             */
            sat: "0" | "0.5" | "1" | "am" | "pm";
            /**
             * @description How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.
             * @enum {string}
             */
            sun: "0" | "0.5" | "1" | "am" | "pm";
        };
        CancelRequestConflict: components["schemas"]["PeriodClosedProblem"] | components["schemas"]["VersionConflictProblem"] | components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["InvalidTransitionProblem"];
        CancelRequestUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["RuleViolatedProblem"];
        /**
         * @description How much of what is left is kept: `all` (unless given), `none`, or up to an amount.
         * @example {
         *       "upTo": "5"
         *     }
         */
        CarryOverKeep: ("all" | "none") | {
            /**
             * @description What is above it is cut off.
             * @example 5
             */
            upTo: string;
        };
        /**
         * @description How what is kept is rounded. Unless given: not at all.
         * @example {
         *       "step": "0.5",
         *       "mode": "up"
         *     }
         */
        CarryOverRounding: {
            /**
             * @description What amounts are a multiple of; not finer than the policy’s `scale`.
             * @example 0.5
             */
            step: string;
            /**
             * @description `nearest`: halves away from zero. `up-from-half`: a fraction of at least half a step is rounded up, a smaller one stays as it is.
             * @enum {string}
             */
            mode: "up" | "down" | "nearest" | "half-even" | "up-from-half";
            /**
             * @description `posting`: each by itself, so that the sum of a year may differ. `running-total`: the sum of all so far, so that no fraction is ever lost. `year`: the last posting of a year takes the difference.
             * @enum {string}
             */
            of?: "posting" | "running-total" | "year";
        };
        /**
         * @description What becomes of a balance when a year ends. Unless given: it stays, and nothing is recorded.
         * @example {
         *       "keep": {
         *         "upTo": "5"
         *       },
         *       "validUntil": "03-31"
         *     }
         */
        CarryOverTerms: {
            /**
             * @description When: on the first day of the leave year (`year`, unless given), on a day of every year, or on the anniversary of when service began.
             * @example year
             */
            on?: string;
            keep?: components["schemas"]["CarryOverKeep"];
            rounding?: components["schemas"]["CarryOverRounding"];
            /**
             * @description How long what was carried may be taken: `n` days or months from the carry-over day on; after them it is gone. Unless this or `validUntil` is given: for ever.
             * @example {
             *       "months": 3
             *     }
             */
            validFor?: {
                days?: number;
                months?: number;
            };
            /**
             * @description The last day on which what was carried may be taken: the first such day on or after the carry-over day.
             * @example 03-31
             */
            validUntil?: string;
            /**
             * @description So much of what was carried never lapses.
             * @example 3
             */
            neverLapses?: string;
            /** @description Nothing lapses of a year unless a notice was given while there were still enough working days left to take it; given later, it lapses on the next carry-over day. */
            needsNotice?: boolean;
        };
        ChangeRequestConflict: components["schemas"]["PeriodClosedProblem"] | components["schemas"]["VersionConflictProblem"] | components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["InvalidTransitionProblem"] | components["schemas"]["InsufficientBalanceProblem"] | components["schemas"]["DayTakenProblem"];
        ChangeRequestUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["ScaleExceededProblem"] | components["schemas"]["UnknownPolicyProblem"] | components["schemas"]["UnknownCalendarProblem"] | components["schemas"]["NoWorkingDaysProblem"] | components["schemas"]["OutsideEmploymentProblem"] | components["schemas"]["RuleViolatedProblem"];
        ChangeUserConflict: components["schemas"]["EmailTakenProblem"] | components["schemas"]["LastAdminProblem"];
        /** @description A month that was closed or reopened. */
        ChangedPeriod: {
            /**
             * @description The month.
             * @example 2026-03
             */
            period: string;
            /**
             * @description Whether lines may be effective in it.
             * @enum {string}
             */
            status: "open" | "closed";
            /**
             * Format: int64
             * @description How often it was closed or reopened.
             */
            version: number;
            /** @description null where none was said, or once it was erased. */
            reason: string | null;
            /** @description Of a closing: requests that begin in the month or before and are not decided, by their first day, 1,000 at most. What they hold stays held; approving them needs the month open. Of those, what the caller may read (`requests:read`, or `statements:read`). */
            pending?: components["schemas"]["PendingInPeriod"][];
            by: components["schemas"]["Actor"];
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        /** @description Who may now sign in. */
        ChosenFor: {
            /**
             * @description The user.
             * @example 5b1d0c9e7a2f4386
             */
            id: string;
            /**
             * @description What they sign in with; of one user, whatever its case.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description What they are called.
             * @example Ada Lovelace
             */
            name: string;
        };
        ClosePeriod: {
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Payroll has run
             */
            reason?: string;
        };
        ClosePeriodConflict: components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["InvalidTransitionProblem"];
        ClosePeriodUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["RuleViolatedProblem"];
        Consumption: {
            /**
             * @description Whose balance: a person, a wallet, an item, a seat. It need not have been defined.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy the balance is kept under.
             * @example annual-leave
             */
            policy?: string;
            /**
             * @description In place of `policy`: what is taken, from as many of the entity’s accounts that count it as it takes. They are drawn on as for a request, and each of them gets a transaction of its own.
             * @example annual-leave
             */
            resource?: string;
            /**
             * @description Greater than zero; at most 18 integer digits, and no more decimals than the policy keeps.
             * @example 1.5
             */
            amount: string;
            /**
             * Format: date
             * @description The calendar day from which it counts.
             * @example 2026-03-31
             */
            effectiveOn: string;
            /**
             * @description Which part of the day.
             * @enum {string}
             */
            portion?: "full" | "am" | "pm";
            /**
             * Format: int64
             * @description The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 7
             */
            expectedVersion?: number;
            /**
             * @description What becomes of a line for a closed period, which is otherwise refused: `post-today` records it today, and says by `meantFor` which day it is about. A line for an open period is recorded as if this were not said.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        ConsumptionItem: {
            /**
             * @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without.
             * @example payroll-2026-03-e1
             */
            idempotencyKey: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "consumption";
            /**
             * @description Whose balance: a person, a wallet, an item, a seat. It need not have been defined.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy the balance is kept under.
             * @example annual-leave
             */
            policy?: string;
            /**
             * @description In place of `policy`: what is taken, from as many of the entity’s accounts that count it as it takes. They are drawn on as for a request, and each of them gets a transaction of its own.
             * @example annual-leave
             */
            resource?: string;
            /**
             * @description Greater than zero; at most 18 integer digits, and no more decimals than the policy keeps.
             * @example 1.5
             */
            amount: string;
            /**
             * Format: date
             * @description The calendar day from which it counts.
             * @example 2026-03-31
             */
            effectiveOn: string;
            /**
             * @description Which part of the day.
             * @enum {string}
             */
            portion?: "full" | "am" | "pm";
            /**
             * Format: int64
             * @description The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 7
             */
            expectedVersion?: number;
            /**
             * @description What becomes of a line for a closed period, which is otherwise refused: `post-today` records it today, and says by `meantFor` which day it is about. A line for an open period is recorded as if this were not said.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        ConsumptionLine: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "consumption";
            /**
             * @description Whose balance: a person, a wallet, an item, a seat. It need not have been defined.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy the balance is kept under.
             * @example annual-leave
             */
            policy?: string;
            /**
             * @description In place of `policy`: what is taken, from as many of the entity’s accounts that count it as it takes. They are drawn on as for a request, and each of them gets a transaction of its own.
             * @example annual-leave
             */
            resource?: string;
            /**
             * @description Greater than zero; at most 18 integer digits, and no more decimals than the policy keeps.
             * @example 1.5
             */
            amount: string;
            /**
             * Format: date
             * @description The calendar day from which it counts.
             * @example 2026-03-31
             */
            effectiveOn: string;
            /**
             * @description Which part of the day.
             * @enum {string}
             */
            portion?: "full" | "am" | "pm";
            /**
             * Format: int64
             * @description The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 7
             */
            expectedVersion?: number;
            /**
             * @description What becomes of a line for a closed period, which is otherwise refused: `post-today` records it today, and says by `meantFor` which day it is about. A line for an open period is recorded as if this were not said.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        /**
         * @description Under a `basis` of working time: how much of a day that is taken under this policy counts as attended. true, unless given.
         * @example 0.5
         */
        CountsAsWorked: boolean | string;
        CreateCalendarFeedUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["RuleViolatedProblem"];
        DayGivenBack: {
            /**
             * Format: date
             * @description The day.
             * @example 2026-10-05
             */
            date: string;
            /**
             * @description Under which policy.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description How much of it.
             * @example 1.00
             */
            amount: string;
        };
        /** @description Another transaction of the same entity has taken the day, or the half of it, under this resource; or, counted in hours, more than the day has would be taken together. Reversing that transaction frees it. Members that tell more of somebody than the command said are there for whoever may read that, and left out for others. `takenBy` takes `transactions:read` or `requests:read`. */
        DayTakenProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/day-taken";
            /** @constant */
            title: "Day already taken";
            /** @constant */
            status: 409;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "day-taken";
            /**
             * @description Whose day.
             * @example ada
             */
            entity?: string;
            /**
             * Format: date
             * @description The day.
             * @example 2026-12-24
             */
            date?: string;
            /**
             * @description Which part of the day.
             * @enum {string}
             */
            portion?: "full" | "am" | "pm";
            /**
             * @description The transaction that has it, of hours the last one; or the JSON pointer of the line of the same command that would; or in the dry run of a bulk the JSON pointer, into the bulk, of the earlier command or line that would. null: nobody has any of it, but the day has fewer hours than were asked for.
             * @example 41.1
             * @example /transactions/0
             * @example /2
             */
            takenBy?: string | null;
            /**
             * @description Which of several lines it is about, or which member: a JSON pointer into the body.
             * @example /transactions/3
             */
            pointer?: string;
        };
        DefineAssignmentConflict: components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["AssignmentOverlapProblem"];
        DefineAssignmentForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        DefineAssignmentUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["UnknownPolicyProblem"] | components["schemas"]["PolicyDoesNotEarnProblem"] | components["schemas"]["RuleViolatedProblem"];
        DefineCalendarHolidayUnacceptable: components["schemas"]["UnknownCalendarProblem"] | components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["RuleViolatedProblem"];
        DefineCalendarUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["RuleViolatedProblem"];
        DefineDelegationForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        DefineDelegationUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["RuleViolatedProblem"];
        DefineEmploymentForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        DefineEmploymentUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["RuleViolatedProblem"];
        DefineEntityForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        DefineEntityUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["RuleViolatedProblem"];
        DefinePolicyConflict: components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["DayTakenProblem"];
        DefinePolicyUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["ScaleExceededProblem"] | components["schemas"]["RuleViolatedProblem"];
        DefineWebhookUnacceptable: components["schemas"]["WebhookAddressRefusedProblem"] | components["schemas"]["RuleViolatedProblem"];
        DefineWorkPatternForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        DefineWorkPatternUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["UnknownCalendarProblem"] | components["schemas"]["RuleViolatedProblem"];
        /** @description A version of an assignment as it was defined. */
        DefinedAssignment: {
            /**
             * @description The assignment, among those of the entity.
             * @example a-2026
             */
            id: string;
            /**
             * @description Who earns.
             * @example ada
             */
            entity: string;
            /**
             * @description Under which policy.
             * @example annual-leave
             */
            policy: string;
            /** @description What that counts. */
            resource: string;
            /**
             * Format: date
             * @description Its first day.
             * @example 2026-01-01
             */
            from: string;
            /**
             * Format: date
             * @description Its last day; null: until further notice.
             * @example 2026-12-31
             */
            to: string | null;
            /**
             * Format: date
             * @description Since when service counts; null: since `hiredOn` of the entity, and where that is not known since `from`.
             * @example 2020-09-01
             */
            serviceSince: string | null;
            /**
             * @description Of full time; null: full time.
             * @example 0.8
             */
            share: string | null;
            /** @description What is earned in place of what each level of the policy says; null: as the policy says. */
            amounts: components["schemas"]["AssignmentAmounts"] | null;
            /** @description What holds of the entity alone, in place of what the policy says; null: nothing. */
            terms: components["schemas"]["AssignmentTerms"] | null;
            /**
             * Format: date
             * @description The day from which the share, the amounts and the terms hold.
             * @example 2026-01-01
             */
            effectiveFrom: string;
            /**
             * Format: int64
             * @description Which version this is: 1, 2, 3 …
             */
            version: number;
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        /** @description A book as it was defined. */
        DefinedBook: {
            /**
             * @description The book.
             * @example main
             */
            id: string;
            /** @description What people call it. */
            name: string | null;
            /**
             * @description What "today" means in it.
             * @example UTC
             */
            timeZone: string;
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        /** @description A version of a calendar as it was defined. */
        DefinedCalendar: {
            /**
             * @description The calendar.
             * @example de-by
             */
            id: string;
            workingDays: components["schemas"]["WorkingDays"];
            /** @description A rota, which holds instead of `workingDays`; null: every week is the same. */
            weeks: components["schemas"]["WorkingDays"][] | null;
            /**
             * Format: date
             * @description null without a rota.
             * @example 2026-03-31
             */
            weeksFrom: string | null;
            hoursPerDay: components["schemas"]["HoursPerDay"];
            /** @description Those that were listed, by date. */
            holidays: components["schemas"]["OwnHoliday"][];
            /** @description Dates that are worked as on another weekday, by date. */
            workedDays: components["schemas"]["WorkedDay"][];
            /** @description Whose public holidays are days off besides. */
            region: string | null;
            /** @description null without a region. */
            publicHolidays: components["schemas"]["PublicHolidays"] | null;
            /**
             * Format: int64
             * @description Which version this is: 1, 2, 3 …
             */
            version: number;
            /**
             * Format: date
             * @description The day from which this version decides.
             * @example 2026-01-01
             */
            effectiveFrom: string;
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
            /** @description The region alone is not what anybody’s law says: its parts have days of their own. Left out where there is none. */
            warnings?: components["schemas"]["CalendarWarning"][];
        };
        /** @description A delegation as it was defined. */
        DefinedDelegation: {
            /**
             * @description Whose decisions.
             * @example m1
             */
            entity: string;
            /**
             * @description Who makes them meanwhile.
             * @example m2
             */
            delegate: string;
            /**
             * Format: date
             * @description First day.
             * @example 2026-07-01
             */
            from: string;
            /**
             * Format: date
             * @description Last day.
             * @example 2026-07-31
             */
            to: string;
            /**
             * Format: int64
             * @description Which definition this is: 1, 2, 3 …
             */
            version: number;
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        /** @description A period of employment as it was defined. */
        DefinedEmployment: {
            /**
             * @description Who is employed.
             * @example ada
             */
            entity: string;
            /**
             * Format: date
             * @description Its first day.
             * @example 2024-09-01
             */
            from: string;
            /**
             * Format: date
             * @description null: until further notice.
             * @example 2025-03-31
             */
            to: string | null;
            /**
             * Format: int64
             * @description Which definition of the entity this is: 1, 2, 3 …
             */
            version: number;
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        /** @description An entity as it was defined. */
        DefinedEntity: {
            /**
             * @description The entity.
             * @example ada
             */
            id: string;
            /** @description What it is. */
            kind: string | null;
            /** @description Where it belongs. */
            department: string | null;
            /** @description The entity that decides about its requests. */
            manager: string | null;
            /**
             * Format: date
             * @description First day of the last period of employment.
             * @example 2026-03-31
             */
            hiredOn: string | null;
            /**
             * Format: date
             * @description Last day of that period.
             * @example 2026-03-31
             */
            leftOn: string | null;
            /** @description The calendar that says which days it works. */
            calendar: string | null;
            /** @description Beside the record, erasable. */
            name: string | null;
            /** @description Beside the record, erasable. */
            email: string | null;
            /** @description Beside the record, erasable. */
            personnelNumber: string | null;
            /** @description Beside the record, erasable. */
            metadata: {
                [key: string]: unknown;
            } | null;
            /**
             * Format: int64
             * @description Which definition this is: 1, 2, 3 …
             */
            version: number;
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
            /** @description Entity ids, references and request ids that look like mail addresses: they cannot be erased. The first 20; left out where there is none. */
            warnings?: components["schemas"]["MailLikeId"][];
        };
        /** @description A version of a policy as it was defined. */
        DefinedPolicy: {
            /**
             * @description The policy.
             * @example annual-leave
             */
            id: string;
            /**
             * @description What is counted.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description What a quantity of 1 is.
             * @example day
             */
            unit: string;
            /** @description Decimals that quantities have. */
            scale: number;
            /** @description Whether a consumption takes its day, or half of it. */
            dayExclusive: boolean;
            /**
             * @description null: without limit.
             * @example 0.00
             */
            overdraftLimit: string | null;
            /** @description What people call it. */
            name: string | null;
            /** @description null where it says nothing about requests: then the usual holds. */
            requests: components["schemas"]["AllRequestTerms"] | null;
            /**
             * Format: date
             * @description The day from which nothing is accrued or taken under it any more; null: it is not retired.
             * @example 2027-01-01
             */
            retiredFrom: string | null;
            /**
             * @description Who sees of what kind an absence is, in the calendar, feeds, live, requests, transactions, balances and statements: `team`, of what they see at all, whoever sees that somebody is away; `manager`, their managers (unless given); `hr`, nobody but themselves. Whoever reads the data of everybody sees it always.
             * @enum {string}
             */
            kindVisibleTo: "team" | "manager" | "hr";
            /** @description When leave years begin; null where nothing is said: with the calendar year. */
            leaveYear: components["schemas"]["LeaveYear"] | null;
            /** @description How something is earned; null: by accruals that are recorded by hand. */
            earning: components["schemas"]["EarningTerms"] | null;
            /** @description What becomes of a balance when a year ends; null: it stays. */
            carryOver: components["schemas"]["CarryOverTerms"] | null;
            /** @description What may be taken, and from when on; null: what is there, at once. */
            spending: components["schemas"]["SpendingTerms"] | null;
            /** @description What of a balance may be paid out; null: all of it. */
            encashment: components["schemas"]["EncashmentTerms"] | null;
            /** @description Under a `basis` of working time: how much of a day that is taken counts as attended; null: all of it. */
            countsAsWorked: components["schemas"]["CountsAsWorked"] | null;
            /**
             * @description Whether leave that is entered late corrects what was posted on the grounds of the balance then; null: it does.
             * @enum {string|null}
             */
            lateLeave: "recount" | "as-posted" | null;
            /**
             * Format: int64
             * @description Which version this is: 1, 2, 3 …
             */
            version: number;
            /**
             * Format: date
             * @description The day from which this version decides.
             * @example 2026-01-01
             */
            effectiveFrom: string;
            /**
             * @description Its terms of earning in plain words: where a reader asks by `explain=true`, and in a dry run where there are some.
             * @example The leave year is the calendar year. Earned: 25 days for each leave year, in equal parts each month.
             */
            text?: string;
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
            impact?: components["schemas"]["PolicyImpact"];
        };
        /** @description What an entity works by from a day on, as it was defined. */
        DefinedWorkPattern: {
            /**
             * @description Who works by it.
             * @example ada
             */
            entity: string;
            /**
             * Format: date
             * @description The day from which it holds, until that of the next one.
             * @example 2026-07-01
             */
            effectiveFrom: string;
            /** @description null: the one of the entity’s definition. */
            calendar: string | null;
            /** @description null: those of the calendar. */
            workingDays: components["schemas"]["WorkingDays"] | null;
            /** @description A rota, which holds instead of `workingDays`; null: every week is the same. */
            weeks: components["schemas"]["WorkingDays"][] | null;
            /**
             * Format: date
             * @description null without a rota.
             * @example 2026-03-31
             */
            weeksFrom: string | null;
            /** @description null: those of the calendar. */
            hoursPerDay: components["schemas"]["HoursPerDay"] | null;
            /**
             * Format: int64
             * @description How many patterns of the entity were recorded up to it.
             */
            version: number;
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        Delegation: {
            /**
             * @description Whose decisions.
             * @example m1
             */
            entity: string;
            /**
             * @description Who makes them meanwhile.
             * @example m2
             */
            delegate: string;
            /**
             * Format: date
             * @description First day.
             * @example 2026-07-01
             */
            from: string;
            /**
             * Format: date
             * @description Last day.
             * @example 2026-07-31
             */
            to: string;
            /**
             * Format: int64
             * @description Which definition this is: 1, 2, 3 …
             */
            version: number;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description SHA-256 of the event, which covers the one before it.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string;
        };
        DelegationDefinition: {
            /**
             * Format: date
             * @description First day.
             * @example 2026-07-01
             */
            from: string;
            /**
             * Format: date
             * @description Last day.
             * @example 2026-07-31
             */
            to: string;
        };
        DelegationPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Delegation"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        DisplacedBy: {
            /**
             * @description Which request.
             * @example r-18
             */
            request: string;
            /**
             * @description Which part of the day.
             * @enum {string}
             */
            portion: "full" | "am" | "pm";
        };
        DisplacedDay: {
            /**
             * Format: date
             * @description The day.
             * @example 2026-07-07
             */
            date: string;
            /** @description What takes it, and what of it. */
            by: components["schemas"]["DisplacedBy"][];
        };
        /** @description The command was recorded before, and the caller asked by `Prefer: handling=strict` to be told so. Or what was recorded under the key is erased: nothing that is left of it is otherwise, and whether the rest was the same command cannot be compared any more (`comparable` is false); then `originalPosition` is for whoever recorded it or may read it. */
        DuplicateIdempotencyKeyProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/duplicate-idempotency-key";
            /** @constant */
            title: "Duplicate idempotency key";
            /** @constant */
            status: 409;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "duplicate-idempotency-key";
            /**
             * Format: int64
             * @description Where the first command with this key was recorded. Absent where that made a calendar feed, and for whoever neither recorded it nor may read it.
             */
            originalPosition?: number;
            /** @description Said where the original is erased; its answer is not given again. Where it is there it is `false`. */
            comparable?: boolean;
        };
        /**
         * @description What is earned from a length of service on. `every`, `on` and `carryOver` are said where they differ from those of the policy.
         * @example {
         *       "after": {
         *         "years": 5
         *       },
         *       "yearAmount": "29"
         *     }
         */
        EarningLevel: {
            /**
             * @description The length of service from which the level holds. Unless given: from the first day on.
             * @example {
             *       "years": 5
             *     }
             */
            after?: {
                days?: number;
                months?: number;
                years?: number;
            };
            /**
             * @description Earned in each whole period. Either this, `yearAmount` or `perHours`.
             * @example 1.25
             */
            amount?: string;
            /**
             * @description Earned in each whole leave year: months, quarters and half-years earn equal parts, shorter periods their calendar days’ part of the leave year.
             * @example 25
             */
            yearAmount?: string;
            perHours?: components["schemas"]["EarningPerHours"];
            /**
             * @description Earned instead of `amount` in the last period that lies wholly in the calendar year.
             * @example 10
             */
            inLastFullPeriodOfCalendarYear?: string;
            /**
             * @description How often something is earned: the length of a period.
             * @enum {string}
             */
            every?: "day" | "week" | "two-weeks" | "twice-a-month" | "month" | "quarter" | "half-year" | "year";
            on?: components["schemas"]["EarningPeriodsOn"];
            /**
             * @description What is earned is cut so that the balance is not above it; taking leave makes room again.
             * @example 30
             */
            balanceCap?: string;
            /**
             * @description The most that is earned in one leave year; what was carried into it is not counted.
             * @example 22
             */
            yearMax?: string;
            carryOver?: components["schemas"]["CarryOverTerms"];
        };
        /**
         * @description Earned by hours. Fractions that no decimal writes are said so, too: 1 for each 13 hours.
         * @example {
         *       "amount": "1",
         *       "hours": "20",
         *       "of": "worked"
         *     }
         */
        EarningPerHours: {
            /**
             * @description What is earned …
             * @example 1
             */
            amount: string;
            /**
             * @description … for each so many hours.
             * @example 20
             */
            hours: string;
            /**
             * @description Hours that are recorded as worked, or those of the calendar.
             * @enum {string}
             */
            of: "worked" | "scheduled";
        };
        /**
         * @description Where the periods begin: one of the members. Unless given: weeks on Monday, two weeks with the pay periods of the leave year or else from Monday 1 January 1900 on, halves of a month on the 1st and the 16th, months on the 1st, quarters, half-years and years with the leave year.
         * @example {
         *       "dayOfMonth": 15
         *     }
         */
        EarningPeriodsOn: {
            /**
             * @description Of `week`: the weekday on which it begins.
             * @enum {string}
             */
            weekday?: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
            /**
             * Format: date
             * @description Of `two-weeks`: the first day of any of them.
             * @example 2026-01-11
             */
            from?: string;
            /**
             * @description Of `twice-a-month`: the two days on which they begin, the earlier first.
             * @example [
             *       1,
             *       16
             *     ]
             */
            daysOfMonth?: number[];
            /**
             * @description Of `month`: the day on which it begins; 31 is the last day of every month.
             * @example 15
             */
            dayOfMonth?: number;
            /**
             * @description Of `quarter` (four), `half-year` (two) and `year` (one): the days on which they begin, in their order.
             * @example [
             *       "01-01",
             *       "07-01"
             *     ]
             */
            dates?: string[];
            /** @description Of `quarter`, `half-year` and `year`: counted from the day on which service began. Where it is there it is `true`. */
            anniversary?: boolean;
        };
        /**
         * @description How amounts are rounded. Unless given: half-even at the policy’s `scale`, of the running total.
         * @example {
         *       "step": "0.5",
         *       "mode": "up",
         *       "of": "posting"
         *     }
         */
        EarningRounding: {
            /**
             * @description What amounts are a multiple of; not finer than the policy’s `scale`.
             * @example 0.5
             */
            step: string;
            /**
             * @description `nearest`: halves away from zero. `up-from-half`: a fraction of at least half a step is rounded up, a smaller one stays as it is.
             * @enum {string}
             */
            mode: "up" | "down" | "nearest" | "half-even" | "up-from-half";
            /**
             * @description `posting`: each by itself, so that the sum of a year may differ. `running-total`: the sum of all so far, so that no fraction is ever lost. `year`: the last posting of a year takes the difference.
             * @enum {string}
             */
            of: "posting" | "running-total" | "year";
        };
        /**
         * @description How something is earned. Unless given: only by accruals that are recorded by hand.
         * @example {
         *       "every": "month",
         *       "levels": [
         *         {
         *           "yearAmount": "25"
         *         },
         *         {
         *           "after": {
         *             "years": 5
         *           },
         *           "yearAmount": "27"
         *         }
         *       ]
         *     }
         */
        EarningTerms: {
            /**
             * @description How often something is earned: the length of a period.
             * @enum {string}
             */
            every: "day" | "week" | "two-weeks" | "twice-a-month" | "month" | "quarter" | "half-year" | "year";
            on?: components["schemas"]["EarningPeriodsOn"];
            /**
             * @description The day of the period on which it is posted; `day-after` is the first day of the next one. Unless given: `first-day`, and with `perHours` `last-day`.
             * @enum {string}
             */
            postOn?: "first-day" | "last-day" | "day-after";
            /** @description What is earned, by length of service, ascending. Before the first nothing is earned. */
            levels: components["schemas"]["EarningLevel"][];
            /**
             * @description Where a level is reached within a period: the period falls into two parts (`split`, unless given), or the level holds from the next period or the next leave year on.
             * @enum {string}
             */
            levelChange?: "split" | "next-period" | "next-year";
            firstPeriod?: components["schemas"]["FirstPeriod"];
            lastPeriod?: components["schemas"]["LastPeriod"];
            /**
             * @description `calendar`, unless given. `working-time`: every period earns in proportion to the hours attended of those scheduled.
             * @enum {string}
             */
            basis?: "calendar" | "working-time";
            /** @description Amounts are multiplied by the full-time share of the assignment. false, unless given. */
            scaledByShare?: boolean;
            /**
             * @description The amounts are those of a week of so many days or hours, and are scaled to those that the entity works in a week.
             * @example {
             *       "days": "6"
             *     }
             */
            week?: {
                /**
                 * @description Working days of that week.
                 * @example 6
                 */
                days?: string;
                /**
                 * @description Hours of that week.
                 * @example 40
                 */
                hours?: string;
            };
            rounding?: components["schemas"]["EarningRounding"];
            /**
             * @description Nothing is posted before so long a service; then at once what is due. Unless given: there is no waiting.
             * @example {
             *       "months": 6,
             *       "then": "full-year"
             *     }
             */
            waiting?: {
                days?: number;
                months?: number;
                /**
                 * @description `all`: what was earned since the start. `full-year`: the whole amount of the leave year.
                 * @enum {string}
                 */
                then: "all" | "full-year";
            };
        };
        /** @description Another user has this mail address, in whatever case it is written. */
        EmailTakenProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/email-taken";
            /** @constant */
            title: "Mail address taken";
            /** @constant */
            status: 409;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "email-taken";
        };
        EmploymentDefinition: {
            /**
             * Format: date
             * @description Its last day. Unless given: until further notice.
             * @example 2025-03-31
             */
            to?: string | null;
        };
        EmploymentPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["ListedEmployment"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        Encashment: {
            /**
             * @description Whose balance: a person, a wallet, an item, a seat. It need not have been defined.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy the balance is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description Greater than zero; at most 18 integer digits, and no more decimals than the policy keeps.
             * @example 1.5
             */
            amount: string;
            /**
             * Format: date
             * @description The calendar day from which it counts.
             * @example 2026-03-31
             */
            effectiveOn: string;
            /**
             * @description What one unit is worth, greater than zero, with up to 8 decimals. What that comes to is answered and kept as `money`.
             * @example 210.15
             */
            rate?: string;
            /**
             * Format: int64
             * @description The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 7
             */
            expectedVersion?: number;
            /**
             * @description What becomes of a line for a closed period, which is otherwise refused: `post-today` records it today, and says by `meantFor` which day it is about. A line for an open period is recorded as if this were not said.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        /**
         * @description What of a balance may be paid out.
         * @example {
         *       "keepBack": "10",
         *       "most": "5"
         *     }
         */
        EncashmentTerms: {
            /**
             * @description How much has to be left when leave is paid out; leave that is booked counts as taken. 0, unless given.
             * @example 10
             */
            keepBack?: string;
            /**
             * @description The most that is paid out in one leave year. Unless given: there is no such limit.
             * @example 5
             */
            most?: string;
        };
        Entitlement: {
            /**
             * @description Whose.
             * @example ada
             */
            entity: string;
            leaveYear: components["schemas"]["LeaveYearDays"];
            /**
             * @description null: without limit.
             * @example 30.00
             */
            entitlement: string | null;
            /**
             * @description How much of it is posted.
             * @example 27.50
             */
            earned: string;
            /**
             * @description What is kept when it is carried into the year, and what people carried in; never below zero. Without rules for it: all that was left. Of a year that the runs have not reached: what they will keep, as things are now.
             * @example 5.00
             */
            carriedIn: string;
            /**
             * @description Leave of days of the year, booked ahead as well.
             * @example 12.00
             */
            taken: string;
            /**
             * @description What lapsed at the end of a day of the year, or was cut off by a carry-over then, or by a cap.
             * @example 2.00
             */
            lapsed: string;
            /**
             * @description null: without limit.
             * @example 20.50
             */
            remaining: string | null;
        };
        EntitlementPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Entitlement"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
            /** @description Of this page: whose entitlement cannot be worked out. They are not among the items. */
            problems: components["schemas"]["EntitlementProblem"][];
        };
        EntitlementProblem: {
            /**
             * @description Whose.
             * @example ada
             */
            entity: string;
            /** @description What is the matter. */
            code: string;
            /** @description The same in words. */
            detail: string;
        };
        /** @description An entity as it was last defined, and where that was recorded. */
        Entity: {
            /**
             * @description The entity.
             * @example ada
             */
            id: string;
            /** @description What it is. */
            kind: string | null;
            /** @description Where it belongs. */
            department: string | null;
            /** @description The entity that decides about its requests. */
            manager: string | null;
            /**
             * Format: date
             * @description First day of the last period of employment.
             * @example 2026-03-31
             */
            hiredOn: string | null;
            /**
             * Format: date
             * @description Last day of that period.
             * @example 2026-03-31
             */
            leftOn: string | null;
            /** @description The calendar that says which days it works. */
            calendar: string | null;
            /** @description Beside the record, erasable. */
            name: string | null;
            /** @description Beside the record, erasable. */
            email: string | null;
            /** @description Beside the record, erasable. */
            personnelNumber: string | null;
            /** @description Beside the record, erasable. */
            metadata: {
                [key: string]: unknown;
            } | null;
            /**
             * Format: int64
             * @description Which definition this is: 1, 2, 3 …
             */
            version: number;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description SHA-256 of the event, which covers the one before it.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string;
        };
        EntityAway: {
            /**
             * @description Who.
             * @example ada
             */
            entity: string;
            /** @description By date; never empty. What a day is by is absent where the caller sees only that it is. */
            days: components["schemas"]["AwayDay"][];
        };
        EntityDefinition: {
            /**
             * @description What it is.
             * @example employee
             */
            kind?: string | null;
            /**
             * @description Where it belongs.
             * @example Finance
             */
            department?: string | null;
            /**
             * @description The entity that decides about its requests.
             * @example m1
             */
            manager?: string | null;
            /**
             * Format: date
             * @description First day of the last period of employment; after the `leftOn` that is known, of another one.
             * @example 2024-09-01
             */
            hiredOn?: string | null;
            /**
             * Format: date
             * @description Last day of that period.
             * @example 2027-03-31
             */
            leftOn?: string | null;
            /**
             * @description The calendar that says which days it works.
             * @example de-berlin
             */
            calendar?: string | null;
            /**
             * @description Kept beside the record, where it can be erased.
             * @example Ada Lovelace
             */
            name?: string | null;
            /**
             * @description Unique in the book, whatever its case. Kept beside the record, where it can be erased.
             * @example ada@example.com
             */
            email?: string | null;
            /**
             * @description What payroll knows the person by: a text, so zeros in front stay, and `a1` is not `A1`. Unique in the book. Kept beside the record, where it can be erased.
             * @example 00017
             */
            personnelNumber?: string | null;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            } | null;
        };
        EntityPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Entity"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        EraseEntityConflict: components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["StillEmployedProblem"] | components["schemas"]["LastAdminProblem"];
        EraseEntityForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        ErasedCounts: {
            /**
             * Format: int64
             * @description API keys that were the entity, and ended; their names are gone. Of older erasures it is not said.
             */
            apiKeys?: number;
            /**
             * Format: int64
             * @description Entries of the audit trail by the entity, or about it: from where they came is gone. Of older erasures it is not said.
             */
            audit?: number;
            /**
             * Format: int64
             * @description Events about or by the entity whose `erasable` became null.
             */
            events: number;
            /**
             * Format: int64
             * @description Calendar feeds that ended.
             */
            feeds: number;
            /**
             * Format: int64
             * @description Idempotency keys of definitions that had changed nothing: their salt is gone.
             */
            keys: number;
            /**
             * Format: int64
             * @description Members of the profile that were known.
             */
            profile: number;
            /**
             * Format: int64
             * @description Users who were the entity, and ended. Of older erasures it is not said.
             */
            users?: number;
        };
        Erasing: {
            /**
             * @description Why, in words. It stays with the event of the erasure: say nothing in it about the person. Kept where it can be erased.
             * @example Asked for by letter
             */
            reason: string;
            /** @description Whether to erase somebody who is employed today or later. */
            force?: boolean;
        };
        /** @description What was erased of an entity, by whom, when and why. */
        Erasure: {
            /**
             * @description Who was erased.
             * @example ada
             */
            entity: string;
            erased: components["schemas"]["ErasedCounts"];
            /** @description Whether it was to be erased although employed. */
            force: boolean;
            /** @description Why; null once that is erased. */
            reason: string | null;
            by: components["schemas"]["Actor"];
            found?: components["schemas"]["FoundToErase"];
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        /** @description What one accepted command recorded. See docs/reference/events.md for what each type of event holds. */
        Event: {
            /**
             * @description The book.
             * @example main
             */
            book: string;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description SHA-256 of the event, which covers the one before it.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string;
            /**
             * @description What happened, in the past tense.
             * @example accrual-recorded
             */
            type: string;
            /**
             * @description The name that its caller gave the command.
             * @example payroll-2026-03-e1
             */
            idempotencyKey: string;
            actor: components["schemas"]["Actor"];
            /** @description What the command said beyond its transactions and `erasable`. */
            data: {
                [key: string]: unknown;
            };
            transactions: {
                [key: string]: unknown;
            }[];
            /** @description On what grounds the command was accepted. */
            decision: {
                [key: string]: unknown;
            };
            /**
             * @description SHA-256 of the canonical JSON of `erasable`; stays when that is erased.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            erasableDigest: string;
            /** @description null once it was erased. */
            erasable: {
                [key: string]: unknown;
            } | null;
            /**
             * @description `hash` of the event before it; 64 zeros at position 1.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            previousHash: string;
        };
        /** @description Events of one type on one day. */
        EventCount: {
            /**
             * Format: date
             * @description When they were recorded (UTC).
             * @example 2026-03-31
             */
            day: string;
            /**
             * @description What happened.
             * @example accrual-recorded
             */
            type: string;
            /**
             * Format: int64
             * @description How many.
             */
            events: number;
        };
        Events: {
            items: components["schemas"]["Event"][];
            /**
             * Format: int64
             * @description null: this page reaches the head.
             */
            nextPosition: number | null;
            /**
             * Format: int64
             * @description The position of the last event in the book.
             */
            head: number;
        };
        Explanation: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["ExplanationItem"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
            /**
             * @description Whose balance.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy it is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description What is counted.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description What a quantity of 1 is.
             * @example day
             */
            unit: string;
            /**
             * Format: date
             * @description The end of this day.
             * @example 2026-03-31
             */
            asOf: string;
            /**
             * Format: int64
             * @description The position up to which the record was taken into account.
             */
            knownAt: number;
        };
        ExplanationItem: {
            /**
             * @description null: a carry-over, or a notice, that needed none: its amount is zero.
             * @example 42.1
             */
            transaction: string | null;
            /**
             * Format: date
             * @description When it takes effect.
             * @example 2026-03-31
             */
            on: string;
            /**
             * @description Signed effect on the balance.
             * @example 1.45
             */
            amount: string;
            /**
             * @description The balance after it.
             * @example 13.95
             */
            balance: string;
            /**
             * @description By which rule; null: people recorded it.
             * @enum {string|null}
             */
            rule: "accrual" | "carry-over" | "lapse" | "cap" | "encashment" | "correction" | "settlement" | null;
            /**
             * Format: int64
             * @description null where none was noted.
             */
            policyVersion: number | null;
            /**
             * @description The figures that it was decided on, as they were recorded: days of a period, amounts of a level, a share, what rounding left over. docs/guides/explaining-a-balance.md says what each of them is.
             * @example {
             *       "days": 18,
             *       "ofDays": 31,
             *       "every": "month",
             *       "amount": "2.5",
             *       "earned": "1.45"
             *     }
             */
            figures: {
                [key: string]: unknown;
            };
            /**
             * @description The same in one sentence. What people recorded has their reason in it, until that is erased.
             * @example 18 of 31 days of March at 2.5 days a month: 1.45
             */
            text: string;
        };
        ExportedFeed: {
            /** @description Its id; its address is known to nobody but who made it. */
            id: string;
            /** @description Whose leave it shows. */
            entity: string | null;
            /** @description Of all with this manager. */
            manager: string | null;
            /** @description Of all of this department. */
            department: string | null;
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-03-31T08:15:30.250Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it ended; null: it can be read.
             * @example 2026-03-31T08:15:30.250Z
             */
            revokedAt: string | null;
        };
        FinishSignInInvalid: components["schemas"]["InvalidRequestProblem"] | components["schemas"]["SignInFailedProblem"];
        /**
         * @description What the part of a period earns in which somebody joins: `calendar-days` (unless given; under a `basis` of working time `working-time`): by the days that there are; `working-time`: by the hours scheduled; `full-months` and `started-months`: twelfths of the `yearAmount`, months counted from the day of joining; `calendar-months`: every month of the calendar that is touched counts; `full`, `half` and `none`; or by the day of the month.
         * @example calendar-days
         */
        FirstPeriod: ("calendar-days" | "working-time" | "full-months" | "started-months" | "calendar-months" | "full" | "half" | "none") | {
            /**
             * @description A day of the month.
             * @example 15
             */
            joinedBy: number;
            /**
             * @description What is earned by who joined (or left) on that day or before it.
             * @enum {string}
             */
            then: "full" | "half" | "none";
            /**
             * @description What is earned by who did later.
             * @enum {string}
             */
            else: "full" | "half" | "none";
        };
        /** @description The one who calls or acts may not do this. `needs` names the right that none of the roles of a caller has; docs/reference/access.md says which role has which. A request is decided by whoever has the `role` of its next step, or by somebody who stands in for them. */
        ForbiddenProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/forbidden";
            /** @constant */
            title: "Forbidden";
            /** @constant */
            status: 403;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "forbidden";
            /**
             * @description The right that is missing.
             * @example requests:decide
             */
            needs?: string;
            /**
             * @description The request.
             * @example r-17
             */
            requestId?: string;
            /**
             * @description Whose turn it is.
             * @example manager
             */
            role?: string;
        };
        /** @description How a balance goes on: by what is recorded for later days, and by what the rules will post. */
        Forecast: {
            /**
             * @description Whose balance.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy it is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description What is counted.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description What a quantity of 1 is.
             * @example day
             */
            unit: string;
            /**
             * Format: date
             * @description It begins with the end of this day.
             * @example 2026-11-30
             */
            asOf: string;
            /**
             * Format: date
             * @description Its last day.
             * @example 2027-12-31
             */
            until: string;
            /**
             * @description What is recorded up to `asOf`.
             * @example 12.50
             */
            balance: string;
            /** @description By day; on one day what lapses, what is carried, what is earned, what is adjusted, and then leave. */
            items: components["schemas"]["ForecastItem"][];
            /** @description What lapses, or is cut off when it is carried over, unless it is taken before; by day. */
            willLapse: components["schemas"]["WillLapse"][];
        };
        ForecastItem: {
            /**
             * Format: date
             * @description When it takes effect. What was due by `asOf` and is not posted yet comes first, on its own day.
             * @example 2026-03-31
             */
            on: string;
            /**
             * @description `accrual` (a cut by a cap is one with the rule `cap`), `carry-over`, `lapse`; `leave` that is booked, `hold`: held and not decided; `adjustment`: by people, or a correction of what was posted before.
             * @enum {string}
             */
            kind: "accrual" | "carry-over" | "lapse" | "leave" | "hold" | "adjustment";
            /**
             * @description Signed effect on the balance; zero where all is carried over.
             * @example 2.50
             */
            amount: string;
            /**
             * @description The balance after it.
             * @example 15.00
             */
            balance: string;
            /**
             * @description By which rule; null: people recorded it.
             * @enum {string|null}
             */
            rule: "accrual" | "carry-over" | "lapse" | "cap" | "encashment" | "correction" | "settlement" | null;
        };
        /** @description In a dry run: what would go, the first 1000 of each kind. */
        FoundToErase: {
            /** @description API keys, by id. */
            apiKeys: string[];
            /** @description Entries of the audit trail, ascending. */
            audit: number[];
            /** @description Positions, ascending. */
            events: number[];
            /** @description Calendar feeds, by id. */
            feeds: string[];
            /** @description Idempotency keys. */
            keys: string[];
            /** @description Members of the profile. */
            profile: ("name" | "email" | "personnelNumber" | "metadata")[];
            /** @description Users, by id. */
            users: string[];
        };
        GiveNoticeForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        GiveNoticeUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["UnknownPolicyProblem"];
        /** @description A notice as it was recorded. */
        GivenNotice: {
            /**
             * @description Who was told.
             * @example ada
             */
            entity: string;
            /**
             * @description Of what kind of leave.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description Of which leave year: the year in which it begins.
             * @example 2026
             */
            year: number;
            /**
             * Format: date
             * @description When.
             * @example 2026-10-01
             */
            givenOn: string;
            /** @description What the policy counts. */
            resource: string;
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        Health: {
            /** @enum {string} */
            status: "ok" | "failing";
            version?: string;
            /**
             * @description Names the database it serves, and says nothing else: `daybook doctor` compares it.
             * @example 5f0c2a9be4d17386
             */
            database?: string;
            /** Format: int64 */
            uptimeSeconds?: number;
            checks?: {
                process: {
                    /** @enum {string} */
                    status: "ok" | "failing";
                    detail: string;
                };
                database: {
                    /** @enum {string} */
                    status: "ok" | "failing";
                    detail: string;
                };
                replica: {
                    /** @enum {string} */
                    status: "ok" | "failing";
                    detail: string;
                };
                migrations: {
                    /** @enum {string} */
                    status: "ok" | "failing";
                    detail: string;
                };
                writer: {
                    /** @enum {string} */
                    status: "ok" | "failing";
                    detail: string;
                };
                projections: {
                    /** @enum {string} */
                    status: "ok" | "failing";
                    detail: string;
                };
            };
        };
        Holiday: {
            /**
             * Format: date
             * @description The day.
             * @example 2026-03-31
             */
            date: string;
            /** @description What people call it. */
            name: string;
            /**
             * @description Which part of the day.
             * @enum {string}
             */
            portion: "full" | "am" | "pm";
        };
        HolidayDefinition: {
            /**
             * Format: date
             * @description The day.
             * @example 2026-12-24
             */
            date: string;
            /**
             * @description What people call it.
             * @example Christmas Eve
             */
            name: string;
            /**
             * @description What of the day is off. `none`: the date is no holiday here, whatever the region says.
             * @enum {string}
             */
            portion?: "full" | "am" | "pm" | "none";
        };
        /** @description By weekday; 8 where a weekday is not said. */
        HoursByWeekday: {
            /**
             * @description Hours of a whole working day: more than 0, at most 24, at most four decimals. Half a day is half of them.
             * @example 7.7
             */
            mon?: string;
            /**
             * @description Hours of a whole working day: more than 0, at most 24, at most four decimals. Half a day is half of them.
             * @example 7.7
             */
            tue?: string;
            /**
             * @description Hours of a whole working day: more than 0, at most 24, at most four decimals. Half a day is half of them.
             * @example 7.7
             */
            wed?: string;
            /**
             * @description Hours of a whole working day: more than 0, at most 24, at most four decimals. Half a day is half of them.
             * @example 7.7
             */
            thu?: string;
            /**
             * @description Hours of a whole working day: more than 0, at most 24, at most four decimals. Half a day is half of them.
             * @example 7.7
             */
            fri?: string;
            /**
             * @description Hours of a whole working day: more than 0, at most 24, at most four decimals. Half a day is half of them.
             * @example 7.7
             */
            sat?: string;
            /**
             * @description Hours of a whole working day: more than 0, at most 24, at most four decimals. Half a day is half of them.
             * @example 7.7
             */
            sun?: string;
        };
        /** @description Hours of a whole working day, of every weekday or of each. */
        HoursPerDay: string | components["schemas"]["HoursByWeekday"];
        /** @description Every command names its intent in the header `Idempotency-Key` (in a bulk: in each item), so that it can be sent again without being done twice. */
        IdempotencyKeyMissingProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/idempotency-key-missing";
            /** @constant */
            title: "Idempotency key missing";
            /** @constant */
            status: 400;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "idempotency-key-missing";
        };
        /** @description The key belongs to another command of this book, for ever. A new intent needs a new key; `differs` says where this command is not the one that was recorded. Of what somebody else recorded that the caller may not read, neither that nor `originalPosition` is said. */
        IdempotencyKeyReusedProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/idempotency-key-reused";
            /** @constant */
            title: "Idempotency key reused";
            /** @constant */
            status: 422;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "idempotency-key-reused";
            /**
             * Format: int64
             * @description Where the first command with this key was recorded. Absent where that made a calendar feed, and for whoever neither recorded it nor may read it.
             */
            originalPosition?: number;
            differs?: string[];
        };
        /** @description The balance would fall below the limit of its policy, on the effective day or on a later one; each day has the limit that is in force on it. Everything that is recorded for these days counts. Take at most `available`, or record an adjustment or a reversal with `allowNegative`. Members that tell more of somebody than the command said are there for whoever may read that, and left out for others. Here that takes `balances:read`. */
        InsufficientBalanceProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/insufficient-balance";
            /** @constant */
            title: "Insufficient balance";
            /** @constant */
            status: 409;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "insufficient-balance";
            /**
             * @description Whose balance.
             * @example ada
             */
            entity?: string;
            /**
             * @description Under which policy.
             * @example annual-leave
             */
            policy?: string;
            /**
             * @description The most that the day allows, overdraft included; negative where it is already below.
             * @example 2.50
             */
            available?: string;
            /**
             * @description What was asked for.
             * @example 3.00
             */
            requested?: string;
            /**
             * Format: date
             * @description The first day whose balance would be too low.
             * @example 2026-12-24
             */
            firstViolatedOn?: string;
            /** @description Where leave is drawn from several accounts: all that were looked at, in the order in which they are drawn on. `available` of the problem is then what they allow together, and `policy` the first that could give anything. */
            accounts?: components["schemas"]["AccountLookedAt"][];
            /**
             * @description Which of several lines it is about, or which member: a JSON pointer into the body.
             * @example /transactions/3
             */
            pointer?: string;
        };
        /** @description A bug. Send a command again with the same key: the answer says what became of it, and nothing is done twice. Report the `instance`, which is in the log of the service. */
        InternalProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/internal";
            /** @constant */
            title: "Internal error";
            /** @constant */
            status: 500;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /** @constant */
            code: "internal";
        };
        InvalidCommand: components["schemas"]["InvalidRequestProblem"] | components["schemas"]["IdempotencyKeyMissingProblem"];
        /** @description Mail address and password do not belong together, or nobody has them. Which of the two is not said. A few wrong ones in a row are answered at once; then each takes longer to be tried (429 `too-many-requests`), and nobody is locked out. */
        InvalidCredentialsProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/invalid-credentials";
            /** @constant */
            title: "Not these credentials";
            /** @constant */
            status: 401;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /** @constant */
            code: "invalid-credentials";
        };
        /** @description The request is not one that the service understands: broken JSON, a name that stands twice in an object, an unknown or missing member, a value of the wrong form. `errors` says where, at most 20 times. `in` says what a pointer points into. */
        InvalidRequestProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/invalid-request";
            /** @constant */
            title: "Invalid request";
            /** @constant */
            status: 400;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "invalid-request";
            errors: {
                /** @enum {string} */
                in: "body" | "query" | "path" | "header";
                /**
                 * @description JSON pointer (RFC 6901) to what it is about; empty: the whole.
                 * @example /amount
                 */
                pointer: string;
                /** @example must be greater than zero */
                message: string;
            }[];
        };
        /** @description The status does not allow it. A month that is to be closed is closed already, or one that is to be opened again is open: somebody else did it. Or the request is not in a status for this command: which status that is, is said to whoever may read it. */
        InvalidTransitionProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/invalid-transition";
            /** @constant */
            title: "Invalid transition";
            /** @constant */
            status: 409;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "invalid-transition";
            /**
             * @description The month that it is about.
             * @example 2026-03
             */
            period?: string;
            /**
             * @description The request that it is about.
             * @example r-17
             */
            requestId?: string;
            /**
             * @description What it is.
             * @enum {string}
             */
            currentStatus?: "open" | "closed" | "pending" | "approved" | "rejected" | "cancelled";
            /** Format: int64 */
            currentVersion?: number;
            request?: components["schemas"]["Request"];
        };
        /** @description What a user chooses a password with. */
        Invitation: {
            /**
             * @description Lets whoever has it choose the password, once. It is shown this once.
             * @example dbi_s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t-s
             */
            token: string;
            /**
             * @description Where the password is to be posted.
             * @example https://daybook.example.com/v1/invitations/dbi_s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t-s
             */
            url: string;
            /**
             * Format: date-time
             * @description From then on it is not taken: 72 hours after it was made.
             * @example 2026-03-31T08:15:30.250Z
             */
            expiresAt: string;
        };
        InvitationAsked: Record<string, never>;
        /** @description A user, and their invitation. */
        InvitedUser: {
            /**
             * @description The user.
             * @example 5b1d0c9e7a2f4386
             */
            id: string;
            /**
             * @description What they sign in with; of one user, whatever its case.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description What they are called.
             * @example Ada Lovelace
             */
            name: string;
            roles: {
                /**
                 * @description The book; `*`: every book there is or will be.
                 * @example main
                 */
                book: string;
                /**
                 * @description `employee`, `hr`, `payroll`, `auditor`, `integration` or `admin`.
                 * @example payroll
                 */
                role: string;
                /**
                 * @description null: nobody of the book.
                 * @example ada
                 */
                entity: string | null;
                /**
                 * Format: date
                 * @description null: without end.
                 * @example 2027-12-31
                 */
                until: string | null;
            }[];
            /**
             * Format: date-time
             * @description When the user was made.
             * @example 2026-03-31T08:15:30.250Z
             */
            createdAt: string;
            /**
             * @description Who made the user, as `<kind>:<id>`.
             * @example admin:root
             */
            createdBy: string;
            /** @description Whether they have chosen a password. */
            hasPassword: boolean;
            /**
             * Format: date-time
             * @description null: there is none that was not used.
             * @example 2026-03-31T08:15:30.250Z
             */
            invitedUntil: string | null;
            /**
             * Format: date-time
             * @description null: never.
             * @example 2026-03-31T08:15:30.250Z
             */
            lastSignInAt: string | null;
            /** @description What to hand to the user; null: nobody has a password here (`DAYBOOK_PASSWORDS`). */
            invitation: components["schemas"]["Invitation"] | null;
        };
        /** @description `roles` or `rights`. */
        KeyDefinition: {
            /**
             * @description What it is for, or who has it.
             * @example Payroll export
             */
            name: string;
            roles?: components["schemas"]["RoleGrant"][];
            rights?: components["schemas"]["RightGrant"][];
            /** @description Addresses and ranges from which it may be used; from anywhere, unless given. */
            allowedAddresses?: string[];
            /**
             * Format: date-time
             * @description From then on it is not taken.
             * @example 2026-03-31T08:15:30.250Z
             */
            expiresAt?: string;
        };
        KeyRotation: {
            /**
             * @description For how long the secret it had is taken too; 3600 unless given.
             * @example 3600
             */
            overlapSeconds?: number;
        };
        /** @description Nobody else is an administrator of every book, and `DAYBOOK_ADMIN_KEY` is not set: nobody could give rights any more. */
        LastAdminProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/last-admin";
            /** @constant */
            title: "Last administrator";
            /** @constant */
            status: 409;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "last-admin";
        };
        /**
         * @description What the part of a period earns in which somebody leaves: `calendar-days` (unless given; under a `basis` of working time `working-time`): by the days that there are; `working-time`: by the hours scheduled; `full-months` and `started-months`: twelfths of the `yearAmount`, months counted from the day of joining; `calendar-months`: every month of the calendar that is touched counts; `full`, `half` and `none`; or by the day of the month; or `full-months-in-first-half`: twelfths where they leave in the first half of the leave year, the whole in the second.
         * @example calendar-days
         */
        LastPeriod: ("calendar-days" | "working-time" | "full-months" | "started-months" | "calendar-months" | "full" | "half" | "none" | "full-months-in-first-half") | {
            /**
             * @description A day of the month.
             * @example 15
             */
            joinedBy: number;
            /**
             * @description What is earned by who joined (or left) on that day or before it.
             * @enum {string}
             */
            then: "full" | "half" | "none";
            /**
             * @description What is earned by who did later.
             * @enum {string}
             */
            else: "full" | "half" | "none";
        };
        /**
         * @description When leave years begin: either member. Unless given: with the calendar year.
         * @example {
         *       "starts": "04-01"
         *     }
         */
        LeaveYear: {
            /**
             * @description A day of every year, as `MM-DD`; or `service`: the anniversary of when service began.
             * @example 04-01
             */
            starts?: string;
            /**
             * Format: date
             * @description Two-week pay periods are counted from this day. The leave year begins with the first that lies wholly in a calendar year.
             * @example 2026-01-11
             */
            payPeriodsFrom?: string;
        };
        LeaveYearDays: {
            /**
             * Format: date
             * @description Its first day.
             * @example 2026-01-01
             */
            from: string;
            /**
             * Format: date
             * @description Its last day.
             * @example 2026-12-31
             */
            to: string;
        };
        Leaving: {
            /**
             * Format: date
             * @description The last day of employment.
             * @example 2026-09-30
             */
            on: string;
            /** @description Only what is left under these is settled; under all, unless given. */
            policies?: string[];
            /**
             * @description What becomes of what is left. `pay-out`: it is to be paid. `forfeit`: it is lost. Either brings the accounts to 0, also from below: a debt ends, and with `pay-out` is to be deducted. `keep`: it stays.
             * @enum {string}
             */
            settle: "pay-out" | "forfeit" | "keep";
        };
        ListLotsUnacceptable: components["schemas"]["UnknownPolicyProblem"] | components["schemas"]["RuleViolatedProblem"];
        /** @description One period of employment. */
        ListedEmployment: {
            /**
             * @description Who is employed.
             * @example ada
             */
            entity: string;
            /**
             * Format: date
             * @description null: nobody said.
             * @example 2024-09-01
             */
            from: string | null;
            /**
             * Format: date
             * @description null: until further notice.
             * @example 2025-03-31
             */
            to: string | null;
        };
        /** @description Whatever there is up to this position has been sent. */
        LiveCaughtUp: {
            /**
             * Format: int64
             * @description What `after` may name when the client comes back.
             */
            caughtUp: number;
        };
        LiveMessage: components["schemas"]["Event"] | components["schemas"]["LiveSubscribed"] | components["schemas"]["LiveCaughtUp"];
        /** @description A subscription holds from here on. */
        LiveSubscribed: {
            /**
             * Format: int64
             * @description What follows comes after this position.
             */
            subscribed: number;
        };
        /** @description Opens one WebSocket. */
        LiveTicket: {
            /**
             * @description For `…/live?token=`, once.
             * @example dbt_t1ck3t-t1ck3t-t1ck3t-t1ck3t-t1ck3t-t1ck3t-t
             */
            ticket: string;
            /**
             * Format: date-time
             * @description From then on it opens nothing.
             * @example 2026-03-31T08:15:30.250Z
             */
            expiresAt: string;
        };
        /** @description What a login server gives on this book. Who has what value, it alone knows: its people are not listed. */
        LoginServerAccess: {
            /** @description What `iss` of its tokens says. */
            issuer: string;
            /** @description The names that lead to the claim which says who of the book somebody is. */
            entityClaim: string[];
            /** @description The names that lead to the claim whose values `roleMap` maps; null: it gives nothing but what everybody has. */
            rolesClaim: string[] | null;
            /** @description What gives anything on this book. */
            roleMap: components["schemas"]["MappedRoles"][];
        };
        /** @description The login server at which somebody signs in does not answer, or not as one does that knows this service. The log of the service says why. Whoever is signed in stays so. */
        LoginServerUnavailableProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/login-server-unavailable";
            /** @constant */
            title: "Login server unavailable";
            /** @constant */
            status: 502;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /** @constant */
            code: "login-server-unavailable";
        };
        LogoutToken: {
            /**
             * @description A JSON Web Token, signed by the login server.
             * @example eyJhbGciOiJSUzI1NiIsInR5cCI6ImxvZ291dCtqd3QifQ.eyJzaWQiOiI5ZiJ9.c2lnbmF0dXJl
             */
            logout_token: string;
        };
        Lot: {
            /**
             * @description The transaction that earned it.
             * @example 42.1
             */
            transaction: string;
            /**
             * Format: date
             * @description From this day on it may be taken.
             * @example 2026-03-31
             */
            earnedOn: string;
            /**
             * @description What was earned.
             * @example 2.50
             */
            amount: string;
            /**
             * @description What was taken of it.
             * @example 1.00
             */
            used: string;
            /**
             * @description What could no longer be taken, or was cut.
             * @example 0.00
             */
            lapsed: string;
            /**
             * @description What is left of it.
             * @example 1.50
             */
            remaining: string;
            /**
             * Format: date
             * @description null: it does not lapse by itself.
             * @example 2027-03-31
             */
            validUntil: string | null;
            /**
             * @description By which rule; null: people recorded it.
             * @enum {string|null}
             */
            rule: "accrual" | "carry-over" | "lapse" | "cap" | "encashment" | "correction" | "settlement" | null;
        };
        LotPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Lot"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
            /**
             * @description Whose balance.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy it is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description What is counted.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description What a quantity of 1 is.
             * @example day
             */
            unit: string;
            /**
             * Format: date
             * @description The end of this day.
             * @example 2026-03-31
             */
            asOf: string;
            /**
             * Format: int64
             * @description The position up to which the record was taken into account.
             */
            knownAt: number;
        };
        /** @description A key that was made, or has another secret. */
        MadeApiKey: {
            /**
             * @description The key.
             * @example 3f9c2a7e51b04d68
             */
            id: string;
            /**
             * @description What it is for, or who has it.
             * @example Payroll export
             */
            name: string;
            roles: {
                /**
                 * @description The book; `*`: every book there is or will be.
                 * @example main
                 */
                book: string;
                /**
                 * @description `employee`, `hr`, `payroll`, `auditor`, `integration` or `admin`.
                 * @example payroll
                 */
                role: string;
                /**
                 * @description null: nobody of the book.
                 * @example ada
                 */
                entity: string | null;
                /**
                 * Format: date
                 * @description null: without end.
                 * @example 2027-12-31
                 */
                until: string | null;
            }[];
            rights: {
                /**
                 * @description The book; `*`: every book there is or will be.
                 * @example main
                 */
                book: string;
                /**
                 * @description `<noun>:<verb>`, as docs/reference/access.md lists them.
                 * @example balances:read
                 */
                right: string;
                /**
                 * Format: date
                 * @description null: without end.
                 * @example 2027-12-31
                 */
                until: string | null;
            }[];
            /** @description null: from anywhere. */
            allowedAddresses: string[] | null;
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-03-31T08:15:30.250Z
             */
            createdAt: string;
            /**
             * @description Who made it, as `<kind>:<id>`.
             * @example admin:root
             */
            createdBy: string;
            /**
             * Format: date-time
             * @description null: it does not expire.
             * @example 2026-03-31T08:15:30.250Z
             */
            expiresAt: string | null;
            /**
             * Format: date-time
             * @description null: it is not.
             * @example 2026-03-31T08:15:30.250Z
             */
            formerSecretUntil: string | null;
            /**
             * Format: date-time
             * @description null: never.
             * @example 2026-03-31T08:15:30.250Z
             */
            lastUsedAt: string | null;
            /**
             * @description The key itself, for `Authorization: Bearer`. It is shown this once.
             * @example dbk_3f9c2a7e51b04d68_s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t-s
             */
            key: string;
        };
        /** @description A feed that was made. */
        MadeCalendarFeed: {
            /**
             * @description The feed.
             * @example 0f1e2d3c4b5a69788796a5b4c3d2e1f0
             */
            id: string;
            /**
             * @description null: it shows the leave of others.
             * @example ada
             */
            entity: string | null;
            /**
             * @description null: it shows the leave of others.
             * @example m1
             */
            manager: string | null;
            /**
             * @description null: it shows the leave of others.
             * @example Finance
             */
            department: string | null;
            createdBy: components["schemas"]["Actor"];
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-03-31T08:15:30.250Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description null: it can be read.
             * @example 2026-03-31T08:15:30.250Z
             */
            revokedAt: string | null;
            /**
             * @description null in a replay: it was shown before, and is kept nowhere.
             * @example https://daybook.example/v1/feeds/bWFpbg.c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I.ics
             */
            url: string | null;
        };
        /** @description An id that stays for ever and tells of somebody. */
        MailLikeId: {
            /**
             * @description What is to be known of it.
             * @constant
             */
            code: "id-looks-like-mail";
            /** @description What cannot be erased. */
            id: string;
        };
        /** @description What whoever is the manager of somebody today may, at any distance, or who stands in for one: about those. It is given to nobody and follows from the record, so they are not listed. */
        ManagersMay: {
            /**
             * @description Whose data: `own`, of the entity that the role names; `team`; `book`, of everybody.
             * @enum {string}
             */
            about: "own" | "team" | "book";
            /** @description Rights. */
            rights: string[];
        };
        MappedRoles: {
            /** @description A value of the claim; `*`: whoever has a token. */
            value: string;
            /** @description What it gives on this book. */
            roles: string[];
        };
        /** @description Who calls. */
        Me: {
            /** @enum {string} */
            kind: "admin" | "client" | "user";
            /**
             * @description Which one.
             * @example 3f9c2a7e51b04d68
             */
            id: string;
            roles: {
                /**
                 * @description The book; `*`: every book there is or will be.
                 * @example main
                 */
                book: string;
                /**
                 * @description `employee`, `hr`, `payroll`, `auditor`, `integration` or `admin`.
                 * @example payroll
                 */
                role: string;
                /**
                 * @description null: nobody of the book.
                 * @example ada
                 */
                entity: string | null;
                /**
                 * Format: date
                 * @description null: without end.
                 * @example 2027-12-31
                 */
                until: string | null;
            }[];
            rights: {
                /**
                 * @description The book; `*`: every book there is or will be.
                 * @example main
                 */
                book: string;
                /**
                 * @description `<noun>:<verb>`, as docs/reference/access.md lists them.
                 * @example balances:read
                 */
                right: string;
                /**
                 * Format: date
                 * @description null: without end.
                 * @example 2027-12-31
                 */
                until: string | null;
            }[];
            /**
             * Format: date-time
             * @description null: it does not expire.
             * @example 2026-03-31T08:15:30.250Z
             */
            expiresAt: string | null;
        };
        /** @description On none of the days does the entity work, so there is nothing to take. */
        NoWorkingDaysProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/no-working-days";
            /** @constant */
            title: "No working days";
            /** @constant */
            status: 422;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "no-working-days";
            /**
             * @description Whose days. Left out, with the others, where the caller may not read the request.
             * @example ada
             */
            entity?: string;
            /**
             * Format: date
             * @description The first of them.
             * @example 2026-12-26
             */
            from?: string;
            /**
             * Format: date
             * @description The last of them.
             * @example 2026-12-27
             */
            to?: string;
        };
        /** @description The book, or the read model that answers, did not reach in time the position of `Daybook-Min-Position`, or the one that the history is to go on behind: what was seen elsewhere is not here (yet), and nothing would be missing in silence. Or the read model is still being built. Read again after `Retry-After` seconds. */
        NotCaughtUpProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/not-caught-up";
            /** @constant */
            title: "Not caught up";
            /** @constant */
            status: 503;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "not-caught-up";
        };
        /** @description A run may go as far ahead as the end of the next calendar year, by the today of its book. */
        NotDueProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/not-due";
            /** @constant */
            title: "Not due";
            /** @constant */
            status: 422;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "not-due";
            /**
             * Format: date
             * @description The day that was asked for.
             * @example 2029-01-31
             */
            through: string;
            /**
             * Format: date
             * @description The last day that may be asked for.
             * @example 2027-12-31
             */
            last: string;
        };
        NotFound: components["schemas"]["UnknownBookProblem"] | components["schemas"]["NotFoundProblem"];
        /** @description Nothing is at this address: no such route, policy, entity, request or page. */
        NotFoundProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/not-found";
            /** @constant */
            title: "Not found";
            /** @constant */
            status: 404;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "not-found";
        };
        /** @description A reversal cannot be reversed: record what it undid once more. A line of a request cannot be reversed either: cancel the request, or the day. */
        NotReversibleProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/not-reversible";
            /** @constant */
            title: "Not reversible";
            /** @constant */
            status: 422;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "not-reversible";
            /**
             * @description The transaction to undo.
             * @example 42.1
             */
            transaction?: string;
            /**
             * @description The request that it belongs to; for whoever may read transactions or requests.
             * @example r-17
             */
            requestId?: string;
            /**
             * @description Which of several lines it is about, or which member: a JSON pointer into the body.
             * @example /transactions/3
             */
            pointer?: string;
        };
        /** @description What the rules of the policy come to cannot be worked out for this account: mostly because its calendar does not say enough. Runs pass over it as well, and name it among their problems. */
        NotWorkedOutProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/not-worked-out";
            /** @constant */
            title: "Not worked out";
            /** @constant */
            status: 422;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "not-worked-out";
            /**
             * @description Whose account.
             * @example ada
             */
            entity: string;
            /**
             * @description Under which policy.
             * @example annual-leave
             */
            policy: string;
        };
        /** @description That somebody was told that leave of a year will lapse, and where it was recorded. */
        Notice: {
            /**
             * @description Who was told.
             * @example ada
             */
            entity: string;
            /**
             * @description Of what kind of leave.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description Of which leave year: the year in which it begins.
             * @example 2026
             */
            year: number;
            /**
             * Format: date
             * @description When.
             * @example 2026-10-01
             */
            givenOn: string;
            /** @description What the policy counts. */
            resource: string;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description SHA-256 of the event, which covers the one before it.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string;
        };
        NoticeGiving: {
            /**
             * @description Who was told.
             * @example ada
             */
            entity: string;
            /**
             * @description Of what kind of leave.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description Of which leave year: the year in which it begins.
             * @example 2026
             */
            year: number;
            /**
             * Format: date
             * @description When.
             * @example 2026-10-01
             */
            givenOn: string;
        };
        NoticeItem: {
            /**
             * @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without.
             * @example payroll-2026-03-e1
             */
            idempotencyKey: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "notice";
            /**
             * @description Who was told.
             * @example ada
             */
            entity: string;
            /**
             * @description Of what kind of leave.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description Of which leave year: the year in which it begins.
             * @example 2026
             */
            year: number;
            /**
             * Format: date
             * @description When.
             * @example 2026-10-01
             */
            givenOn: string;
        };
        NoticePage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Notice"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        /** @description A session that has begun. */
        OpenedSession: {
            /**
             * @description The session.
             * @example 9f3c2a7e51b04d689f3c2a7e51b04d68
             */
            id: string;
            /**
             * @description null: it is in the cookie.
             * @example eyJhbGciOiJFZERTQSIsInR5cCI6InNlc3Npb24rand0In0.eyJzaWQiOiI5ZiJ9.c2lnbmF0dXJl
             */
            token: string | null;
            /**
             * Format: date-time
             * @description When it ends, however much it is used; 30 minutes without use end it before.
             * @example 2026-03-31T08:15:30.250Z
             */
            expiresAt: string;
            me: components["schemas"]["Me"];
        };
        /** @description A day of the request is outside every period of employment. When those are, is said to whoever may read or define entities; and `entity` and `date` to whoever named it or may read the request. */
        OutsideEmploymentProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/outside-employment";
            /** @constant */
            title: "Outside employment";
            /** @constant */
            status: 422;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "outside-employment";
            /**
             * @description Whose request.
             * @example ada
             */
            entity?: string;
            /**
             * Format: date
             * @description The first such day.
             * @example 2027-04-01
             */
            date?: string;
            /**
             * Format: date
             * @description First day of employment.
             * @example 2024-09-01
             */
            hiredOn?: string | null;
            /**
             * Format: date
             * @description Last day of employment.
             * @example 2027-03-31
             */
            leftOn?: string | null;
            /** @description All periods, where there are several: `hiredOn` and `leftOn` are of the last one. */
            employments?: {
                /**
                 * Format: date
                 * @description First day.
                 * @example 2024-09-01
                 */
                from: string | null;
                /**
                 * Format: date
                 * @description Last day.
                 * @example 2027-03-31
                 */
                to: string | null;
            }[];
        };
        /** @description Nobody posts to an account of theirs, or defines what decides about it, whatever their role: neither about whom they are, nor about whom they act as, nor about those for whom these stand in. Nobody names themselves as a stand-in, or somebody else for whom they stand in for. */
        OwnAccountProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/own-account";
            /** @constant */
            title: "Own account";
            /** @constant */
            status: 403;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "own-account";
            /**
             * @description Whose account.
             * @example ada
             */
            entity: string;
            /**
             * @description Which of several lines it is about, or which member: a JSON pointer into the body.
             * @example /transactions/3
             */
            pointer?: string;
        };
        OwnHoliday: {
            /**
             * Format: date
             * @description The day.
             * @example 2026-03-31
             */
            date: string;
            /** @description What people call it. */
            name: string;
            /**
             * @description What of the day is off. `none`: the date is no holiday here, whatever the region says.
             * @enum {string}
             */
            portion: "full" | "am" | "pm" | "none";
        };
        /** @description Nobody decides about their own request. */
        OwnRequestProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/own-request";
            /** @constant */
            title: "Own request";
            /** @constant */
            status: 403;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "own-request";
            /**
             * @description The request.
             * @example r-17
             */
            requestId: string;
            /**
             * @description Whose it is.
             * @example ada
             */
            entity: string;
        };
        PasswordChoice: {
            /**
             * @description 15 to 128 characters, whichever they are; not one that is tried first.
             * @example seven lamps over a quiet harbour
             */
            password: string;
        };
        PendingInPeriod: {
            /** @description The request. */
            request: string;
            /** @description Whose it is. */
            entity: string;
            /** @description What is asked for. */
            resource: string;
            /**
             * Format: date
             * @description Its first day.
             * @example 2026-03-31
             */
            from: string;
            /**
             * Format: date
             * @description Its last day.
             * @example 2026-03-31
             */
            to: string;
        };
        /** @description A month, and by whom, when and why it was last closed or reopened by itself. */
        Period: {
            /**
             * @description The month.
             * @example 2026-03
             */
            period: string;
            /**
             * @description Whether lines may be effective in it.
             * @enum {string}
             */
            status: "open" | "closed";
            /**
             * Format: int64
             * @description How often it was closed or reopened.
             */
            version: number;
            /** @description null where none was said, or once it was erased. */
            reason: string | null;
            by: components["schemas"]["Actor"];
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description SHA-256 of the event, which covers the one before it.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string;
        };
        /** @description The line would be effective in a month that is closed. Two ways out: reopen the period; or say `"intoClosedPeriod": "post-today"`. Then the line is recorded today, if the present month is open, and `meantFor` says which day it is about. */
        PeriodClosedProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/period-closed";
            /** @constant */
            title: "Period closed";
            /** @constant */
            status: 409;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "period-closed";
            /**
             * @description The month that is closed. Left out where the day is that of a transaction, or of a request, that the caller may not read.
             * @example 2026-03
             */
            period?: string;
            /**
             * @description Which of several lines it is about, or which member: a JSON pointer into the body.
             * @example /transactions/3
             */
            pointer?: string;
        };
        PeriodPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Period"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
            /**
             * @description null: none is.
             * @example 2026-03
             */
            closedThrough: string | null;
        };
        /** @description An event as the export of a person has it. */
        PersonEvent: {
            /**
             * @description The book.
             * @example main
             */
            book: string;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description SHA-256 of the event, which covers the one before it.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash?: string;
            /**
             * @description What happened, in the past tense.
             * @example accrual-recorded
             */
            type: string;
            /**
             * @description The name that its caller gave the command.
             * @example payroll-2026-03-e1
             */
            idempotencyKey?: string;
            actor: components["schemas"]["Actor"];
            /** @description What the command said; null: it is about others, and the entity only acted. */
            data: {
                [key: string]: unknown;
            } | null;
            transactions: {
                [key: string]: unknown;
            }[];
            /** @description On what grounds the command was accepted. */
            decision?: {
                [key: string]: unknown;
            };
            /**
             * @description SHA-256 of the canonical JSON of `erasable`; stays when that is erased.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            erasableDigest?: string;
            /** @description null once it was erased. */
            erasable?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description `hash` of the event before it; 64 zeros at position 1.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            previousHash?: string;
        };
        /** @description Everything that is known of an entity, as of one position. */
        PersonExport: {
            /**
             * @description The book.
             * @example main
             */
            book: string;
            /**
             * @description The entity.
             * @example ada
             */
            id: string;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * @description SHA-256 of the event, which covers the one before it.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string;
            /** @description Definition and profile; null where it was never defined. */
            entity: components["schemas"]["Entity"] | null;
            /** @description By day. */
            employments: components["schemas"]["ListedEmployment"][];
            /** @description Calendar feeds about it or made by it, by id. */
            feeds: components["schemas"]["ExportedFeed"][];
            workPatterns: components["schemas"]["WorkPattern"][];
            /** @description By id, each in its newest version. */
            assignments: components["schemas"]["Assignment"][];
            /** @description In recorded order. */
            workedHours: components["schemas"]["WorkedHours"][];
            /** @description In recorded order. */
            notices: components["schemas"]["Notice"][];
            /** @description Who decides instead of it. */
            delegations: components["schemas"]["Delegation"][];
            /** @description As of today. */
            balances: components["schemas"]["Balance"][];
            /** @description In the order in which they were submitted. */
            requests: components["schemas"]["Request"][];
            /** @description In recorded order. */
            transactions: components["schemas"]["Transaction"][];
            /** @description When others read what is about the entity, as far as that is noted. */
            accesses: components["schemas"]["Access"][];
            /** @description Calls of the entity that are in the audit trail, beside the record. */
            calls: components["schemas"]["AuditEntry"][];
            /** @description About the entity or by it, in recorded order; whole with the right `events:read`. */
            events: components["schemas"]["PersonEvent"][];
        };
        /** @description One version of a policy, and where it was recorded. */
        Policy: {
            /**
             * @description The policy.
             * @example annual-leave
             */
            id: string;
            /**
             * @description What is counted.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description What a quantity of 1 is.
             * @example day
             */
            unit: string;
            /** @description Decimals that quantities have. */
            scale: number;
            /** @description Whether a consumption takes its day, or half of it. */
            dayExclusive: boolean;
            /**
             * @description null: without limit.
             * @example 0.00
             */
            overdraftLimit: string | null;
            /** @description What people call it. */
            name: string | null;
            /** @description null where it says nothing about requests: then the usual holds. */
            requests: components["schemas"]["AllRequestTerms"] | null;
            /**
             * Format: date
             * @description The day from which nothing is accrued or taken under it any more; null: it is not retired.
             * @example 2027-01-01
             */
            retiredFrom: string | null;
            /**
             * @description Who sees of what kind an absence is, in the calendar, feeds, live, requests, transactions, balances and statements: `team`, of what they see at all, whoever sees that somebody is away; `manager`, their managers (unless given); `hr`, nobody but themselves. Whoever reads the data of everybody sees it always.
             * @enum {string}
             */
            kindVisibleTo: "team" | "manager" | "hr";
            /** @description When leave years begin; null where nothing is said: with the calendar year. */
            leaveYear: components["schemas"]["LeaveYear"] | null;
            /** @description How something is earned; null: by accruals that are recorded by hand. */
            earning: components["schemas"]["EarningTerms"] | null;
            /** @description What becomes of a balance when a year ends; null: it stays. */
            carryOver: components["schemas"]["CarryOverTerms"] | null;
            /** @description What may be taken, and from when on; null: what is there, at once. */
            spending: components["schemas"]["SpendingTerms"] | null;
            /** @description What of a balance may be paid out; null: all of it. */
            encashment: components["schemas"]["EncashmentTerms"] | null;
            /** @description Under a `basis` of working time: how much of a day that is taken counts as attended; null: all of it. */
            countsAsWorked: components["schemas"]["CountsAsWorked"] | null;
            /**
             * @description Whether leave that is entered late corrects what was posted on the grounds of the balance then; null: it does.
             * @enum {string|null}
             */
            lateLeave: "recount" | "as-posted" | null;
            /**
             * Format: int64
             * @description Which version this is: 1, 2, 3 …
             */
            version: number;
            /**
             * Format: date
             * @description The day from which this version decides.
             * @example 2026-01-01
             */
            effectiveFrom: string;
            /**
             * @description Its terms of earning in plain words: where a reader asks by `explain=true`, and in a dry run where there are some.
             * @example The leave year is the calendar year. Earned: 25 days for each leave year, in equal parts each month.
             */
            text?: string;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description SHA-256 of the event, which covers the one before it.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string;
        };
        PolicyDefinition: {
            /**
             * @description What is counted; several policies may feed one resource. It cannot be changed later.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description What a quantity of 1 is: `day`, `hour`, a currency. It cannot be changed later.
             * @example day
             */
            unit: string;
            /**
             * @description Decimals that quantities have. It may rise, and never falls.
             * @example 2
             */
            scale: number;
            /** @description Whether a consumption takes its day, or half of it, so that no other of the same resource can. */
            dayExclusive: boolean;
            /**
             * @description How far below zero a balance may go; null: without limit.
             * @example 0
             */
            overdraftLimit: string | null;
            /**
             * @description What people call the policy.
             * @example Annual leave
             */
            name?: string | null;
            /** @description What the policy says about requests for leave; what is left out is as usual. */
            requests?: components["schemas"]["RequestTerms"] | null;
            /**
             * Format: date
             * @description The day from which nothing is accrued or taken under the policy any more; what lies before can be corrected all the same. A later version without it brings the policy back. Unless given: it is not retired.
             * @example 2027-01-01
             */
            retiredFrom?: string;
            /**
             * @description Who sees of what kind an absence is, in the calendar, feeds, live, requests, transactions, balances and statements: `team`, of what they see at all, whoever sees that somebody is away; `manager`, their managers (unless given); `hr`, nobody but themselves. Whoever reads the data of everybody sees it always.
             * @enum {string}
             */
            kindVisibleTo?: "team" | "manager" | "hr";
            leaveYear?: components["schemas"]["LeaveYear"];
            earning?: components["schemas"]["EarningTerms"];
            carryOver?: components["schemas"]["CarryOverTerms"];
            spending?: components["schemas"]["SpendingTerms"];
            encashment?: components["schemas"]["EncashmentTerms"];
            countsAsWorked?: components["schemas"]["CountsAsWorked"];
            /**
             * @description Whether leave that is entered late corrects what was posted on the grounds of the balance then, such as caps and carry-over. `recount`, unless given.
             * @enum {string}
             */
            lateLeave?: "recount" | "as-posted";
            /**
             * Format: date
             * @description The day from which this version decides. Unless given: of the first version always, of a later one today.
             * @example 2026-01-01
             */
            effectiveFrom?: string;
        };
        /** @description The policy says neither `earning` nor `carryOver` in any of its versions, and has a limit: nobody gets anything by being assigned to it. Say there what is earned, or name another policy. */
        PolicyDoesNotEarnProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/policy-does-not-earn";
            /** @constant */
            title: "Policy does not earn";
            /** @constant */
            status: 422;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "policy-does-not-earn";
            /**
             * @description The policy.
             * @example annual-leave
             */
            policy: string;
        };
        /** @description Only in a dry run that would change something, and to whoever may read all balances. */
        PolicyImpact: {
            /**
             * Format: int64
             * @description How many are assigned to the policy.
             */
            entities: number;
            /**
             * @description What those have more, together, who would have more.
             * @example 12.50
             */
            gained: string;
            /**
             * @description What those have less, together, who would have less; above zero.
             * @example 3.00
             */
            lost: string;
            /** @description The largest differences first, then by entity: 1,000 at most. The totals are over everybody. */
            items: components["schemas"]["PolicyImpactItem"][];
            /** @description Whose rules cannot be worked out: 1,000 at most. They are in no total. */
            problems: components["schemas"]["PolicyImpactProblem"][];
        };
        PolicyImpactItem: {
            /**
             * @description Who.
             * @example ada
             */
            entity: string;
            /**
             * @description By what is in force.
             * @example 25.00
             */
            now: string;
            /**
             * @description By the new version.
             * @example 27.50
             */
            then: string;
            /**
             * @description What they would have more; below zero: less.
             * @example 2.50
             */
            difference: string;
        };
        PolicyImpactProblem: {
            /**
             * @description Whose.
             * @example ada
             */
            entity: string;
            /** @description What is the matter. */
            code: string;
            /** @description The same in words. */
            detail: string;
        };
        PolicyPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Policy"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        /** @description Only where it is asked for: the same once the rules have posted everything by `asOf`. */
        ProjectedBalance: {
            /**
             * @description Earned by then.
             * @example 27.50
             */
            accrued: string;
            /**
             * @description What lapsed by then, and what carry-over or a cap cut off; above zero.
             * @example 2.00
             */
            lapsed: string;
            /**
             * @description What there is then.
             * @example 24.50
             */
            available: string;
            /**
             * @description null: no such day has a limit.
             * @example 24.50
             */
            spendable: string | null;
        };
        /** @description The public holidays of a region over whole years, as they were known when the version was recorded. */
        PublicHolidays: {
            /**
             * @description The first year.
             * @example 2026
             */
            from: number;
            /**
             * @description The last year, included. Leave of a later one cannot be counted.
             * @example 2026
             */
            to: number;
            /** @description By date. */
            holidays: components["schemas"]["Holiday"][];
            /** @description Dates that are worked as on another weekday; left out where there are none. */
            workedDays?: components["schemas"]["WorkedDay"][];
        };
        /** @description The public holidays of a region in one year. */
        PublicHolidaysOfYear: {
            /** @description The country or the part of one. */
            region: string;
            /**
             * @description The year.
             * @example 2026
             */
            year: number;
            /** @description By date. */
            items: components["schemas"]["SourcedHoliday"][];
            /** @description Dates of a weekend that are worked as on another weekday, by date. */
            workedDays: components["schemas"]["SourcedWorkedDay"][];
            /** @description Parts of the region that have days of their own: people there live by those. */
            parts: string[];
        };
        ReadCalendarFeedUnavailable: components["schemas"]["NotCaughtUpProblem"] | components["schemas"]["UnavailableProblem"];
        ReadExplanationUnacceptable: components["schemas"]["UnknownPolicyProblem"] | components["schemas"]["RuleViolatedProblem"];
        ReadForecastUnacceptable: components["schemas"]["UnknownPolicyProblem"] | components["schemas"]["NotWorkedOutProblem"];
        ReadTransactionNotFound: components["schemas"]["UnknownBookProblem"] | components["schemas"]["UnknownTransactionProblem"];
        ReadWebhookNotFound: components["schemas"]["NotFoundProblem"] | components["schemas"]["UnknownBookProblem"];
        RecordAccrualConflict: components["schemas"]["PeriodClosedProblem"] | components["schemas"]["VersionConflictProblem"] | components["schemas"]["DuplicateIdempotencyKeyProblem"];
        RecordAccrualForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        RecordAccrualUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["UnknownPolicyProblem"] | components["schemas"]["ScaleExceededProblem"] | components["schemas"]["RuleViolatedProblem"];
        RecordAdjustmentConflict: components["schemas"]["PeriodClosedProblem"] | components["schemas"]["VersionConflictProblem"] | components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["InsufficientBalanceProblem"];
        RecordAdjustmentForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        RecordAdjustmentUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["UnknownPolicyProblem"] | components["schemas"]["ScaleExceededProblem"] | components["schemas"]["RuleViolatedProblem"];
        RecordConsumptionConflict: components["schemas"]["PeriodClosedProblem"] | components["schemas"]["VersionConflictProblem"] | components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["InsufficientBalanceProblem"] | components["schemas"]["DayTakenProblem"];
        RecordConsumptionForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        RecordConsumptionUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["UnknownPolicyProblem"] | components["schemas"]["ScaleExceededProblem"] | components["schemas"]["RuleViolatedProblem"];
        RecordEncashmentConflict: components["schemas"]["PeriodClosedProblem"] | components["schemas"]["VersionConflictProblem"] | components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["InsufficientBalanceProblem"];
        RecordEncashmentForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        RecordEncashmentUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["UnknownPolicyProblem"] | components["schemas"]["ScaleExceededProblem"] | components["schemas"]["RuleViolatedProblem"];
        RecordLeavingConflict: components["schemas"]["PeriodClosedProblem"] | components["schemas"]["VersionConflictProblem"] | components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["AlreadyLeftProblem"] | components["schemas"]["AlreadyReversedProblem"];
        RecordLeavingForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        RecordLeavingUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["OutsideEmploymentProblem"] | components["schemas"]["UnknownPolicyProblem"] | components["schemas"]["NotDueProblem"] | components["schemas"]["NotWorkedOutProblem"] | components["schemas"]["ScaleExceededProblem"] | components["schemas"]["RuleViolatedProblem"];
        RecordReversalConflict: components["schemas"]["PeriodClosedProblem"] | components["schemas"]["VersionConflictProblem"] | components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["AlreadyReversedProblem"] | components["schemas"]["InsufficientBalanceProblem"];
        RecordReversalForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        RecordReversalNotFound: components["schemas"]["UnknownBookProblem"] | components["schemas"]["UnknownTransactionProblem"];
        RecordReversalUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["NotReversibleProblem"] | components["schemas"]["RuleViolatedProblem"];
        RecordTransactionsConflict: components["schemas"]["PeriodClosedProblem"] | components["schemas"]["VersionConflictProblem"] | components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["DayTakenProblem"] | components["schemas"]["AlreadyReversedProblem"] | components["schemas"]["InsufficientBalanceProblem"];
        RecordTransactionsForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        RecordTransactionsNotFound: components["schemas"]["UnknownBookProblem"] | components["schemas"]["UnknownTransactionProblem"];
        RecordTransactionsUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["UnknownPolicyProblem"] | components["schemas"]["ScaleExceededProblem"] | components["schemas"]["NotReversibleProblem"] | components["schemas"]["RuleViolatedProblem"];
        RecordWorkedHoursForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        /** @description What a command recorded, and the balances after it. */
        Recorded: {
            /** @description What it recorded, in order. Reversals say what their originals were: they are here for whoever may read those (`transactions:read`). */
            transactions: components["schemas"]["AnsweredTransaction"][];
            /** @description Every account that the command touched, after it; of those that the caller may read (`balances:read`). */
            balances: components["schemas"]["TouchedBalance"][];
            /** @description Entity ids, references and request ids that look like mail addresses: they cannot be erased. The first 20; left out where there is none. */
            warnings?: components["schemas"]["MailLikeId"][];
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        /** @description What was paid out instead of taken, and the balances after it. */
        RecordedEncashment: {
            /** @description null where it was not said. */
            rate: string | null;
            /** @description null where no rate was said. */
            money: string | null;
            /** @description What it recorded, in order. Reversals say what their originals were: they are here for whoever may read those (`transactions:read`). */
            transactions: components["schemas"]["AnsweredTransaction"][];
            /** @description Every account that the command touched, after it; of those that the caller may read (`balances:read`). */
            balances: components["schemas"]["TouchedBalance"][];
            /** @description Entity ids, references and request ids that look like mail addresses: they cannot be erased. The first 20; left out where there is none. */
            warnings?: components["schemas"]["MailLikeId"][];
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        /** @description What leaving came to. `transactions` are those of the settlement, which is an event of its own. */
        RecordedLeaving: {
            /**
             * @description Who leaves.
             * @example ada
             */
            entity: string;
            /**
             * Format: date
             * @description The last day of employment.
             * @example 2026-09-30
             */
            on: string;
            /**
             * @description What becomes of what is left. `pay-out`: it is to be paid. `forfeit`: it is lost. Either brings the accounts to 0, also from below: a debt ends, and with `pay-out` is to be deducted. `keep`: it stays.
             * @enum {string}
             */
            settle: "pay-out" | "forfeit" | "keep";
            /** @description The policies that were named; null: none, so all. */
            policies: string[] | null;
            /** @description Requests that gave back days; for whoever may read them (`requests:read`). */
            requests?: components["schemas"]["RequestGivenBack"][];
            /** @description What the rules posted because of it; for whoever may read transactions (`transactions:read`). */
            postings?: components["schemas"]["RulePosting"][];
            /** @description Every account of the entity; for whoever may read balances (`balances:read`). */
            accounts?: components["schemas"]["AccountLeft"][];
            /** @description What it recorded, in order. Reversals say what their originals were: they are here for whoever may read those (`transactions:read`). */
            transactions: components["schemas"]["AnsweredTransaction"][];
            /** @description Every account that the command touched, after it; of those that the caller may read (`balances:read`). */
            balances: components["schemas"]["TouchedBalance"][];
            /** @description Entity ids, references and request ids that look like mail addresses: they cannot be erased. The first 20; left out where there is none. */
            warnings?: components["schemas"]["MailLikeId"][];
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        RecordedRequest: {
            request?: components["schemas"]["Request"];
            /**
             * @description In place of `request`, for whoever submits or decides and may not read it (`requests:read`): its id.
             * @example r-17
             */
            requestId?: string;
            /** @description The rules that were looked at: those that hold, and those that were waived. */
            checks: string[];
            /** @description What it recorded, in order; empty where nothing moved. Of those, what the caller may read. */
            transactions: components["schemas"]["AnsweredTransaction"][];
            /** @description Every account that the command touched, after it; of those that the caller may read (`balances:read`). */
            balances: components["schemas"]["TouchedBalance"][];
            /** @description Entity ids, references and request ids that look like mail addresses: they cannot be erased. The first 20; left out where there is none. */
            warnings?: components["schemas"]["MailLikeId"][];
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        /** @description Hours as they were recorded. */
        RecordedWorkedHours: {
            /**
             * @description What they are reversed by; null in a dry run.
             * @example 42
             */
            id: string | null;
            /**
             * @description Who has worked.
             * @example ada
             */
            entity: string;
            /**
             * Format: date
             * @description First day.
             * @example 2026-03-01
             */
            from: string;
            /**
             * Format: date
             * @description Last day.
             * @example 2026-03-31
             */
            to: string;
            /**
             * @description Over all these days together.
             * @example 162.5
             */
            hours: string;
            /** @description The key of the system that they come from. */
            reference: string | null;
            /**
             * @description null: they count.
             * @example 42
             */
            reversedBy: string | null;
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        RejectRequestConflict: components["schemas"]["PeriodClosedProblem"] | components["schemas"]["VersionConflictProblem"] | components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["InvalidTransitionProblem"];
        RejectRequestForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnRequestProblem"];
        RemoveCalendarHolidayUnacceptable: components["schemas"]["UnknownCalendarProblem"] | components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["RuleViolatedProblem"];
        ReopenPeriod: {
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Payroll has run
             */
            reason: string;
        };
        ReopenPeriodConflict: components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["InvalidTransitionProblem"];
        /** @description Leave that was asked for. */
        Request: {
            /**
             * @description The request.
             * @example r-17
             */
            id: string;
            /**
             * @description Whose leave.
             * @example ada
             */
            entity: string;
            /**
             * @description What it counts.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description null: any of the resource.
             * @example annual-leave
             */
            policy: string | null;
            /**
             * @description What became of it so far.
             * @enum {string}
             */
            status: "pending" | "approved" | "rejected" | "cancelled";
            /**
             * Format: int64
             * @description How many events it has: what `expectedVersion` names.
             */
            version: number;
            /**
             * Format: date
             * @description First day that is asked for.
             * @example 2026-07-06
             */
            from: string;
            /**
             * Format: date
             * @description Last day that is asked for.
             * @example 2026-07-10
             */
            to: string;
            /**
             * @description Which part of the day.
             * @enum {string}
             */
            fromPortion: "full" | "am" | "pm";
            /**
             * @description Which part of the day.
             * @enum {string}
             */
            toPortion: "full" | "am" | "pm";
            /**
             * @description null: what the calendar says.
             * @example 7.5
             */
            hoursPerDay: string | null;
            /**
             * @description What is asked for of single days of the span, by date, in place of what `fromPortion` and `toPortion` say of them; `none`: nothing.
             * @example {
             *       "2026-07-08": "am"
             *     }
             */
            portions?: {
                [key: string]: "full" | "am" | "pm" | "none";
            };
            /**
             * @description Of one day, under a policy that counts hours, with `toTime`: from when on.
             * @example 09:00
             */
            fromTime?: string;
            /**
             * @description Until when. The hours between them count, at most those of the day. They are a multiple of three minutes: of others the hours are no decimal number.
             * @example 11:30
             */
            toTime?: string;
            /** @description What is still held or taken, by day. A day that is drawn from two accounts is there twice. */
            days: components["schemas"]["RequestDay"][];
            /**
             * @description The sum of `days`.
             * @example 5.00
             */
            total: string;
            /** @description Days that it gave back because other requests take them (`displaces` of their policies), and gets again where they have them no more. Absent where there are none. */
            displaced?: components["schemas"]["DisplacedDay"][];
            /** @description What of it somebody asked to be cancelled; null: nothing. */
            cancellation: components["schemas"]["AskedCancellation"] | null;
            /** @description The roles that are still to agree, in their order: the first of them decides next. While the request is pending, or its cancellation is asked for; else empty. */
            waitingFor: components["schemas"]["WaitingFor"][];
            /** @description null where none was said, or once it was erased. */
            reason: string | null;
            /**
             * Format: date-time
             * @description null: not yet, in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            submittedAt: string | null;
            submittedBy: components["schemas"]["Actor"];
            /**
             * Format: date-time
             * @description null where it was not.
             * @example 2026-03-31T08:15:30.250Z
             */
            decidedAt: string | null;
            /** @description null where it was not decided, or granted at once. Whoever entered it, where it was entered as decided. */
            decidedBy: components["schemas"]["Actor"] | null;
            /** @description All that happened to it, the oldest first. */
            history: components["schemas"]["RequestStep"][];
        };
        RequestCancellation: {
            /**
             * Format: int64
             * @description The version of the request that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 1
             */
            expectedVersion: number;
            /**
             * @description What becomes of lines for a closed period, which are otherwise refused: recorded today.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description In words. Kept beside the record, where it can be erased.
             * @example Holidays in Tyrol
             */
            comment?: string;
            /** @description Only these days; all there are, unless given. */
            days?: string[];
        };
        RequestChange: {
            /**
             * Format: int64
             * @description The version of the request that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 1
             */
            expectedVersion: number;
            /**
             * @description What becomes of lines for a closed period, which are otherwise refused: recorded today.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description In words. Kept beside the record, where it can be erased.
             * @example Holidays in Tyrol
             */
            comment?: string;
            /**
             * Format: date
             * @description First day.
             * @example 2026-07-07
             */
            from?: string;
            /**
             * Format: date
             * @description Last day.
             * @example 2026-07-13
             */
            to?: string;
            /**
             * @description Of the first day: `pm` leaves its morning out. `am` only where it is the last day, too.
             * @enum {string}
             */
            fromPortion?: "full" | "pm" | "am";
            /**
             * @description Of the last day: `am` leaves its afternoon out.
             * @enum {string}
             */
            toPortion?: "full" | "am";
            /**
             * @description What is asked for of single days of the span, by date, in place of what `fromPortion` and `toPortion` say of them; `none`: nothing.
             * @example {
             *       "2026-07-08": "am"
             *     }
             */
            portions?: {
                [key: string]: "full" | "am" | "pm" | "none";
            };
            /**
             * @description What a whole day counts under a policy that counts hours; what the calendar says, unless given.
             * @example 7.5
             */
            hoursPerDay?: string;
            /**
             * @description Of one day, under a policy that counts hours, with `toTime`: from when on.
             * @example 09:00
             */
            fromTime?: string;
            /**
             * @description Until when. The hours between them count, at most those of the day. They are a multiple of three minutes: of others the hours are no decimal number.
             * @example 11:30
             */
            toTime?: string;
        };
        RequestDay: {
            /**
             * Format: date
             * @description The day.
             * @example 2026-07-06
             */
            date: string;
            /**
             * @description Which part of the day.
             * @enum {string}
             */
            portion: "full" | "am" | "pm";
            /**
             * @description What it holds or has taken.
             * @example 1.00
             */
            amount: string;
            /**
             * @description From which account.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description Whether it is held, or taken.
             * @enum {string}
             */
            status: "pending" | "approved";
        };
        RequestDecision: {
            /**
             * Format: int64
             * @description The version of the request that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 1
             */
            expectedVersion: number;
            /**
             * @description What becomes of lines for a closed period, which are otherwise refused: recorded today.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description In words. Kept beside the record, where it can be erased.
             * @example Holidays in Tyrol
             */
            comment?: string;
        };
        /** @description A request that reached beyond the last day. */
        RequestGivenBack: {
            /**
             * @description Which.
             * @example r-17
             */
            request: string;
            /**
             * @description What it is then: `cancelled` where nothing is left of it.
             * @enum {string}
             */
            status: "approved" | "cancelled" | "pending";
            /** @description What it gave back: its days after the last one. */
            days: components["schemas"]["DayGivenBack"][];
        };
        RequestPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Request"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        RequestStep: {
            /**
             * Format: int64
             * @description Of the request, after it.
             */
            version: number;
            /**
             * @description What happened: the type of the event. Of the event of another request, whose days it is about: `request-displaced` where that takes days of it, `request-taken-again` where it takes them no more.
             * @example request-submitted
             */
            type: string;
            /**
             * Format: date-time
             * @description null: not yet, in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            at: string | null;
            by: components["schemas"]["Actor"];
            /** @description null where nothing was, or once it was erased. */
            comment: string | null;
            /** @description The definition by which its days were counted again, or the other request; null where something else happened. */
            cause: components["schemas"]["StepCause"] | null;
        };
        RequestSubmission: {
            /**
             * @description Its id; made by the service, unless given. Where there is such a request: 409 `version-conflict`.
             * @example r-17
             */
            id?: string;
            /**
             * @description Whose leave.
             * @example ada
             */
            entity: string;
            /**
             * @description What it draws on: the accounts of every policy that counts this, in their order. Or `policy`.
             * @example annual-leave
             */
            resource?: string;
            /**
             * @description The only policy that it draws on. Or `resource`.
             * @example annual-leave
             */
            policy?: string;
            /**
             * Format: date
             * @description First day.
             * @example 2026-07-06
             */
            from: string;
            /**
             * Format: date
             * @description Last day.
             * @example 2026-07-10
             */
            to: string;
            /**
             * @description Of the first day: `pm` leaves its morning out. `am` only where it is the last day, too.
             * @enum {string}
             */
            fromPortion?: "full" | "pm" | "am";
            /**
             * @description Of the last day: `am` leaves its afternoon out.
             * @enum {string}
             */
            toPortion?: "full" | "am";
            /**
             * @description What is asked for of single days of the span, by date, in place of what `fromPortion` and `toPortion` say of them; `none`: nothing.
             * @example {
             *       "2026-07-08": "am"
             *     }
             */
            portions?: {
                [key: string]: "full" | "am" | "pm" | "none";
            };
            /**
             * @description What a whole day counts under a policy that counts hours; what the calendar says, unless given.
             * @example 7.5
             */
            hoursPerDay?: string;
            /**
             * @description Of one day, under a policy that counts hours, with `toTime`: from when on.
             * @example 09:00
             */
            fromTime?: string;
            /**
             * @description Until when. The hours between them count, at most those of the day. They are a multiple of three minutes: of others the hours are no decimal number.
             * @example 11:30
             */
            toTime?: string;
            /**
             * @description Leave that was approved elsewhere, or is entered by whoever decides: taken at once. Notice, how far ahead and blackouts do not apply, and `checks` says so (`min-notice-days-waived`). Only by who may take every step of its approval.
             * @enum {string}
             */
            decided?: "approved";
            /**
             * @description What becomes of lines for a closed period, which are otherwise refused: recorded today.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Holidays in Tyrol
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        /**
         * @description What the policy says about requests for leave; what is left out is as usual.
         * @example {
         *       "approval": [
         *         "manager"
         *       ],
         *       "minNoticeDays": 7
         *     }
         */
        RequestTerms: {
            /**
             * @description Of the policies of one resource the one with the lowest number is drawn on first; 100 unless given.
             * @example 10
             */
            priority?: number;
            /**
             * Format: date
             * @description No later day is drawn from it; of two with the same priority the one that expires earlier goes first. null, unless given: never.
             * @example 2026-03-31
             */
            expiresOn?: string | null;
            /** @description The roles that have to agree, one after the other. `manager` is whom the definition of the entity names, any other those of `roles`. An empty list: granted at once. null, unless given: anybody but the one whose request it is. */
            approval?: string[] | null;
            /**
             * @description The entities that have a role, by role.
             * @example {
             *       "hr": [
             *         "h1",
             *         "h2"
             *       ]
             *     }
             */
            roles?: {
                [key: string]: string[];
            };
            /**
             * @description A request of at most this much is granted at once. null, unless given: none.
             * @example 1
             */
            automaticUpTo?: string | null;
            /**
             * @description What was approved is cancelled by the one whose it is (`free`, unless given), or only asked for (`ask`): then whoever has the last role of `approval` decides, and nobody else changes it.
             * @enum {string}
             */
            cancellation?: "free" | "ask";
            /**
             * @description How many days from today on the first day may be; 365 unless given, null: any.
             * @example 365
             */
            maxDaysAhead?: number | null;
            /**
             * @description How many days of the calendar a request may span; 30 unless given, null: 366.
             * @example 30
             */
            maxConsecutiveDays?: number | null;
            /**
             * @description How many days before the first day it has to be submitted. null, unless given: none.
             * @example 14
             */
            minNoticeDays?: number | null;
            /**
             * @description From the beginning of a period of employment on, days before which the first day may not be. null, unless given: none.
             * @example 90
             */
            waitingDays?: number | null;
            /** @description Spans in which no working day may be taken. */
            blackouts?: {
                /**
                 * Format: date
                 * @description First day.
                 * @example 2026-12-01
                 */
                from: string;
                /**
                 * Format: date
                 * @description Last day.
                 * @example 2026-12-23
                 */
                to: string;
                /**
                 * @description Why.
                 * @example Stocktaking
                 */
                name: string;
            }[];
            /** @description Every day of a request counts as 1 day, worked or not, halves as 0.5. Only where `unit` is `day`. false, unless given: working days count. */
            countCalendarDays?: boolean;
            /** @description Approved requests for these resources give back the days that an approved request under this policy has, in the same event, and get them again where it has them no more. None, unless given. */
            displaces?: string[];
        };
        /** @description All entities together, under the policies with that resource and unit. */
        ResourceBalance: {
            /**
             * @description What is counted.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description What a quantity of 1 is: days and hours of one resource are not added up.
             * @example day
             */
            unit: string;
            /**
             * @description Earned.
             * @example 2500.00
             */
            accrued: string | null;
            /**
             * @description Taken.
             * @example 730.50
             */
            consumed: string | null;
            /**
             * @description Held by requests that are not decided yet.
             * @example 0.00
             */
            pending: string | null;
            /**
             * @description Corrected, signed.
             * @example 0.00
             */
            adjusted: string | null;
            /**
             * @description accrued − consumed − pending + adjusted
             * @example 1769.50
             */
            available: string | null;
            /**
             * Format: int64
             * @description Effective by that day.
             */
            transactions: number | null;
        };
        /** @description What is erased by itself, and when. */
        Retention: {
            /**
             * @description After how many months reasons are erased; null: never.
             * @example 24
             */
            reasonsMonths: number | null;
            /**
             * @description How many months after the last day of employment a person is erased; null: never.
             * @example 24
             */
            profileMonthsAfterLeaving: number | null;
            /**
             * Format: int64
             * @description Which definition this is: 1, 2, 3 …; 0: none.
             */
            version: number;
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        RetentionDefinition: {
            /**
             * @description Reasons, comments, metadata and addresses of every event are erased once it is so old.
             * @example 24
             */
            reasonsMonths?: number | null;
            /**
             * @description A person is erased so long after the last day of employment.
             * @example 24
             */
            profileMonthsAfterLeaving?: number | null;
        };
        Reversal: {
            /**
             * @description The transaction to undo, as a whole. Or `position`.
             * @example 42.1
             */
            transaction?: string;
            /**
             * Format: int64
             * @description The command to undo: all its lines, or none. Or `transaction`.
             * @example 42
             */
            position?: number;
            /**
             * Format: date
             * @description The day from which it is undone; that of the transaction, unless given.
             * @example 2026-03-31
             */
            effectiveOn?: string;
            /** @description Record it even where the balance would fall below its limit, and say so in the event. */
            allowNegative?: boolean;
            /**
             * Format: int64
             * @description The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 7
             */
            expectedVersion?: number;
            /**
             * @description What becomes of a line for a closed period, which is otherwise refused: `post-today` records it today, and says by `meantFor` which day it is about. A line for an open period is recorded as if this were not said.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        ReversalItem: {
            /**
             * @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without.
             * @example payroll-2026-03-e1
             */
            idempotencyKey: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "reversal";
            /**
             * @description The transaction to undo, as a whole. Or `position`.
             * @example 42.1
             */
            transaction?: string;
            /**
             * Format: int64
             * @description The command to undo: all its lines, or none. Or `transaction`.
             * @example 42
             */
            position?: number;
            /**
             * Format: date
             * @description The day from which it is undone; that of the transaction, unless given.
             * @example 2026-03-31
             */
            effectiveOn?: string;
            /** @description Record it even where the balance would fall below its limit, and say so in the event. */
            allowNegative?: boolean;
            /**
             * Format: int64
             * @description The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 7
             */
            expectedVersion?: number;
            /**
             * @description What becomes of a line for a closed period, which is otherwise refused: `post-today` records it today, and says by `meantFor` which day it is about. A line for an open period is recorded as if this were not said.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        ReversalLine: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "reversal";
            /**
             * @description The transaction to undo, as a whole. Or `position`.
             * @example 42.1
             */
            transaction?: string;
            /**
             * Format: int64
             * @description The command to undo: all its lines, or none. Or `transaction`.
             * @example 42
             */
            position?: number;
            /**
             * Format: date
             * @description The day from which it is undone; that of the transaction, unless given.
             * @example 2026-03-31
             */
            effectiveOn?: string;
            /** @description Record it even where the balance would fall below its limit, and say so in the event. */
            allowNegative?: boolean;
            /**
             * Format: int64
             * @description The version of the account that the caller saw; where it is another by now, 409 `version-conflict`.
             * @example 7
             */
            expectedVersion?: number;
            /**
             * @description What becomes of a line for a closed period, which is otherwise refused: `post-today` records it today, and says by `meantFor` which day it is about. A line for an open period is recorded as if this were not said.
             * @enum {string}
             */
            intoClosedPeriod?: "post-today";
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        ReverseWorkedHoursConflict: components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["AlreadyReversedProblem"];
        ReverseWorkedHoursForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnAccountProblem"];
        /** @description Hours that were taken back. */
        ReversedWorkedHours: {
            /**
             * @description The hours that do not count any more.
             * @example 42
             */
            id: string;
            /**
             * @description Whose they were.
             * @example ada
             */
            entity: string;
            /**
             * @description The position of this event; null in a dry run.
             * @example 42
             */
            reversedBy: string | null;
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        RightGrant: {
            /**
             * @description The book; `*`: every book there is or will be.
             * @example main
             */
            book: string;
            /**
             * @description `<noun>:<verb>`, as docs/reference/access.md lists them.
             * @example balances:read
             */
            right: string;
            /**
             * Format: date
             * @description The last day on which it holds, in the time zone of the book; for what is of no book, in UTC.
             * @example 2027-12-31
             */
            until?: string;
        };
        RoleGrant: {
            /**
             * @description The book; `*`: every book there is or will be.
             * @example main
             */
            book: string;
            /**
             * @description `employee`, `hr`, `payroll`, `auditor`, `integration` or `admin`.
             * @example payroll
             */
            role: string;
            /**
             * @description Who of the book the holder is: for what they may do about themselves and their team.
             * @example ada
             */
            entity?: string;
            /**
             * Format: date
             * @description The last day on which it holds, in the time zone of the book; for what is of no book, in UTC.
             * @example 2027-12-31
             */
            until?: string;
        };
        RoleMeaning: {
            /** @description The role. */
            role: string;
            /**
             * @description Whose data: `own`, of the entity that the role names; `team`; `book`, of everybody.
             * @enum {string}
             */
            about: "own" | "team" | "book";
            /** @description Rights. */
            rights: string[];
        };
        /** @description What a rule of a policy posted. */
        RulePosting: {
            /**
             * @description Under which policy.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description Only of what the rules of the policy posted: by which of them.
             * @enum {string}
             */
            rule: "accrual" | "carry-over" | "lapse" | "cap" | "encashment" | "correction" | "settlement";
            /**
             * Format: date
             * @description The day that it is about.
             * @example 2026-09-30
             */
            on: string;
            /**
             * @description Signed effect on what is available.
             * @example 2.08
             */
            amount: string;
        };
        /** @description The command is against a rule of the book; `rule` names it. */
        RuleViolatedProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/rule-violated";
            /** @constant */
            title: "Rule violated";
            /** @constant */
            status: 422;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "rule-violated";
            /**
             * @description The name of the rule.
             * @example policy-scale-not-lowered
             */
            rule: string;
            /**
             * @description What the rule allows, or forbids. Left out, with `others`, where it is about a transaction or a request that the caller may not read.
             * @example 2
             */
            limit?: string;
            /** @description Of a request: the other rules that it is against. */
            others?: {
                /**
                 * @description The name of the rule.
                 * @example policy-scale-not-lowered
                 */
                rule: string;
                /**
                 * @description What the rule allows, or forbids. Left out, with `others`, where it is about a transaction or a request that the caller may not read.
                 * @example 2
                 */
                limit: string;
            }[];
            /**
             * @description Which of several lines it is about, or which member: a JSON pointer into the body.
             * @example /transactions/3
             */
            pointer?: string;
        };
        /** @description What the rules posted, up to which day, or have posted so far. */
        Run: {
            /** @description Its id. */
            id: string;
            /**
             * Format: date
             * @description Everything that is due up to and including this day is posted.
             * @example 2026-12-31
             */
            through: string;
            /**
             * @description Whether it still goes on.
             * @enum {string}
             */
            status: "running" | "done" | "failed";
            /**
             * Format: date-time
             * @description When it was asked for.
             * @example 2026-03-31T08:15:30.250Z
             */
            startedAt: string;
            /**
             * Format: date-time
             * @description null while it goes on.
             * @example 2026-03-31T08:15:30.250Z
             */
            finishedAt: string | null;
            /**
             * Format: int64
             * @description null while it goes on.
             * @example 42
             */
            position: number | null;
            /**
             * Format: int64
             * @description Of how many entities something was due, or had changed.
             */
            entities: number;
            /**
             * Format: int64
             * @description How many accounts these have.
             */
            accounts: number;
            /**
             * Format: int64
             * @description How many of them are still to be worked out.
             */
            accountsLeft: number;
            postings: components["schemas"]["RunPostings"];
            /**
             * @description What the postings come to, by policy.
             * @example {
             *       "annual": "41.25"
             *     }
             */
            amounts: {
                [key: string]: string;
            };
            /** @description Accounts that could not be worked out. They held up nobody else, and the next run tries them again. */
            problems: components["schemas"]["RunProblem"][];
        };
        /** @description The runs up to one day. Whoever may not see everybody's balances is not told what was posted, and what could not be. */
        RunDay: {
            /**
             * Format: date
             * @description Up to which they posted.
             * @example 2026-12-31
             */
            through: string;
            /**
             * Format: int64
             * @description How many there were.
             */
            runs: number;
            /**
             * Format: int64
             * @description How many of them go on.
             */
            running: number;
            /**
             * Format: int64
             * @description How many of them have failed.
             */
            failed: number;
            postings?: components["schemas"]["RunPostings"];
            /**
             * Format: int64
             * @description How many accounts could not be worked out.
             */
            problems?: number;
        };
        RunOrder: {
            /**
             * Format: date
             * @description Everything that is due up to and including this day is posted.
             * @example 2026-12-31
             */
            through: string;
            /** @description Only accounts of these; all, unless given. */
            entities?: string[];
            /** @description Only accounts under these; under all, unless given. */
            policies?: string[];
        };
        RunPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Run"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        RunPostings: {
            /**
             * Format: int64
             * @description What was earned.
             */
            accruals: number;
            /**
             * Format: int64
             * @description What was carried, or cut, when a year ended.
             */
            carryOvers: number;
            /**
             * Format: int64
             * @description What could no longer be taken.
             */
            lapses: number;
            /**
             * Format: int64
             * @description Differences that late facts have made.
             */
            corrections: number;
        };
        RunProblem: {
            /** @description Whose account. */
            entity: string;
            /** @description Under which policy. */
            policy: string;
            /** @description null: by none. */
            assignment: string | null;
            /** @description What is the matter. */
            code: string;
            /** @description The same in words. */
            detail: string;
        };
        /** @description The quantity has more decimals than the policy keeps, and the service does not round. */
        ScaleExceededProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/scale-exceeded";
            /** @constant */
            title: "Too many decimals";
            /** @constant */
            status: 422;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "scale-exceeded";
            /**
             * @description The policy.
             * @example annual-leave
             */
            policy?: string;
            /** @description Decimals that the policy keeps. */
            scale?: number;
            /**
             * @description What was asked for. Left out, with the others, of a request that the caller may not read.
             * @example 0.125
             */
            amount?: string;
            /**
             * @description Which of several lines it is about, or which member: a JSON pointer into the body.
             * @example /transactions/3
             */
            pointer?: string;
        };
        /** @description A session that has not ended. Its token is not in it. */
        Session: {
            /**
             * @description The session.
             * @example 9f3c2a7e51b04d689f3c2a7e51b04d68
             */
            id: string;
            /** @description Whether the call is made in it. */
            current: boolean;
            /**
             * Format: date-time
             * @description When it began.
             * @example 2026-03-31T08:15:30.250Z
             */
            startedAt: string;
            /**
             * Format: date-time
             * @description When it was last used, to within a minute.
             * @example 2026-03-31T08:15:30.250Z
             */
            lastUsedAt: string;
            /**
             * Format: date-time
             * @description When it ends, however much it is used; 30 minutes without use end it before.
             * @example 2026-03-31T08:15:30.250Z
             */
            expiresAt: string;
            /**
             * @description Where it was begun from, where that is known.
             * @example 192.0.2.7
             */
            address: string | null;
            /**
             * @description What it was begun with, as that calls itself.
             * @example Mozilla/5.0
             */
            userAgent: string | null;
        };
        SessionPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Session"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        SignIn: {
            /**
             * @description Whose.
             * @example ada@example.com
             */
            email: string;
            /** @example seven lamps over a quiet harbour */
            password: string;
            /** @description For pages in a browser: the token goes into a cookie that no script reads. */
            cookie?: boolean;
        };
        /** @description A browser came back from a login server, and nobody is signed in. `reason` says where it failed: `round-trip` (not begun in this browser, over already, or begun more than 10 minutes ago), `login-server` (it let nobody in) or `token` (what it says of them is not taken; the log of the service has more). Begin again: nothing was kept. */
        SignInFailedProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/sign-in-failed";
            /** @constant */
            title: "Not signed in";
            /** @constant */
            status: 400;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "sign-in-failed";
            /**
             * @description Where it failed.
             * @enum {string}
             */
            reason: "round-trip" | "login-server" | "token";
        };
        /** @description A JSON Web Key Set (RFC 7517). */
        SigningKeySet: {
            keys: {
                /** @description Names it in the header of what it signed. */
                kid: string;
                /** @example OKP */
                kty: string;
                /** @example Ed25519 */
                crv: string;
                /** @description The public key. */
                x: string;
                /** @example EdDSA */
                alg: string;
                /** @example sig */
                use: string;
            }[];
        };
        SingleHolidayDefinition: {
            /**
             * @description What people call it.
             * @example Christmas Eve
             */
            name: string;
            /**
             * @description What of the day is off. `none`: the date is no holiday here, whatever the region says.
             * @enum {string}
             */
            portion?: "full" | "am" | "pm" | "none";
        };
        /** @description What a snapshot is of, what it came to, and where that was recorded. */
        Snapshot: {
            /**
             * @description Its id.
             * @example 42
             */
            id: string;
            /** @description What people call it. */
            name: string | null;
            /**
             * Format: date
             * @description The end of this day.
             * @example 2026-03-31
             */
            asOf: string;
            /**
             * Format: int64
             * @description The book as it stood at this position: the head when it began to be computed.
             * @example 42
             */
            knownAt: number;
            /** @description null: of all. */
            resource: string | null;
            /** @description null: under all. */
            policy: string | null;
            /** @description null: of all. */
            entities: string[] | null;
            /**
             * Format: int64
             * @description How many balances it has.
             */
            count: number;
            /**
             * @description SHA-256 of the whole of its balances as NDJSON.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            digest: string;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description SHA-256 of the event, which covers the one before it.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string;
        };
        SnapshotBalances: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Balance"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        /** @description An account about which something was recorded since that is effective up to the day of the snapshot. */
        SnapshotChange: {
            /**
             * @description Whose balance.
             * @example ada
             */
            entity: string;
            /**
             * @description Under which policy.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description What was available in the snapshot.
             * @example 24.00
             */
            then: string;
            /**
             * @description What would be available in it if it were taken now.
             * @example 23.00
             */
            now: string;
            /**
             * @description now − then
             * @example -1.00
             */
            difference: string;
            /** @description In recorded order; the first 1000 of them. */
            transactions: string[];
            /**
             * Format: int64
             * @description How many transactions there are.
             */
            transactionCount: number;
        };
        SnapshotChanges: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["SnapshotChange"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
            /**
             * Format: date
             * @description The day of the snapshot.
             * @example 2026-03-31
             */
            asOf: string;
            /**
             * Format: int64
             * @description The position that `now` is known at; the same for all pages of one walk.
             */
            knownAt: number;
        };
        SnapshotOrder: {
            /**
             * Format: date
             * @description The end of this day.
             * @example 2026-03-31
             */
            asOf: string;
            /**
             * @description Only balances of this resource.
             * @example annual-leave
             */
            resource?: string;
            /**
             * @description Only balances under this policy.
             * @example annual-leave
             */
            policy?: string;
            /** @description Only balances of these; all, unless given. */
            entities?: string[];
            /**
             * @description What people call it; not for personal data.
             * @example Payroll March 2026
             */
            name?: string;
        };
        SnapshotPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Snapshot"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        SourcedHoliday: {
            /**
             * Format: date
             * @description The day.
             * @example 2026-03-31
             */
            date: string;
            /** @description What people call it. */
            name: string;
            /**
             * @description Which part of the day.
             * @enum {string}
             */
            portion: "full" | "am" | "pm";
            /** @description null: the tables of `source` have it. */
            law: string | null;
            /** @description Where that can be read, or the name of the tables. */
            source: string;
        };
        SourcedWorkedDay: {
            /**
             * Format: date
             * @description The day.
             * @example 2026-03-31
             */
            date: string;
            /**
             * @description As which weekday the date is worked.
             * @enum {string}
             */
            like: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
            /** @description The decree that says so. */
            law: string;
            /** @description Where that can be read. */
            source: string;
        };
        /**
         * @description What may be taken, and from when on.
         * @example {
         *       "of": "year",
         *       "from": {
         *         "months": 3
         *       }
         *     }
         */
        SpendingTerms: {
            /**
             * @description `earned`, unless given: what is there. `year`: all of the running leave year’s entitlement, ahead of its postings.
             * @enum {string}
             */
            of?: "earned" | "year";
            /**
             * @description How long after hiring leave may first be taken. Unless given: at once.
             * @example {
             *       "months": 3
             *     }
             */
            from?: {
                days?: number;
                months?: number;
                workingDays?: number;
            };
            /**
             * @description The most that may be taken in one leave year. Unless given: there is no such limit.
             * @example 30
             */
            yearMost?: string;
        };
        StartRunUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["UnknownPolicyProblem"] | components["schemas"]["RuleViolatedProblem"] | components["schemas"]["NotDueProblem"];
        /** @description A run, or what it would be. How many it is about, what was posted and what could not be is left out for whoever may not read runs. */
        StartedRun: {
            /** @description null in a dry run. */
            id: string | null;
            /**
             * Format: date
             * @description Everything that is due up to and including this day is posted.
             * @example 2026-12-31
             */
            through: string;
            /**
             * @description Whether it still goes on.
             * @enum {string}
             */
            status: "running" | "done" | "failed";
            /**
             * Format: date-time
             * @description When it was asked for.
             * @example 2026-03-31T08:15:30.250Z
             */
            startedAt: string;
            /**
             * Format: date-time
             * @description null while it goes on.
             * @example 2026-03-31T08:15:30.250Z
             */
            finishedAt: string | null;
            /**
             * Format: int64
             * @description null while it goes on.
             * @example 42
             */
            position: number | null;
            /**
             * Format: int64
             * @description Of how many entities something was due, or had changed.
             */
            entities?: number;
            /**
             * Format: int64
             * @description How many accounts these have.
             */
            accounts?: number;
            /**
             * Format: int64
             * @description How many of them are still to be worked out.
             */
            accountsLeft?: number;
            postings?: components["schemas"]["RunPostings"];
            /**
             * @description What the postings come to, by policy.
             * @example {
             *       "annual": "41.25"
             *     }
             */
            amounts?: {
                [key: string]: string;
            };
            /** @description Accounts that could not be worked out. They held up nobody else, and the next run tries them again. */
            problems?: components["schemas"]["RunProblem"][];
        };
        /** @description Transactions of one account by the day they take effect, each with the balance after it. */
        Statement: {
            /**
             * @description Whose balance.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy it is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description What is counted.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description What a quantity of 1 is.
             * @example day
             */
            unit: string;
            /**
             * Format: date
             * @description null: from the beginning.
             * @example 2026-03-31
             */
            from: string | null;
            /**
             * Format: date
             * @description null: everything recorded.
             * @example 2026-03-31
             */
            to: string | null;
            /**
             * @description Before the first of these items.
             * @example 25.00
             */
            openingBalance: string;
            /** @description By effective day, then position. */
            items: components["schemas"]["StatementTransaction"][];
            /**
             * @description At the end of `to`, whatever the page.
             * @example 24.00
             */
            closingBalance: string;
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        StatementTransaction: {
            /**
             * @description `<position>.<line>`
             * @example 42.1
             */
            id: string;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description A reversal undoes one of the others; `pending` is held by a request that is not decided yet.
             * @enum {string}
             */
            type: "accrual" | "consumption" | "pending" | "reversal" | "adjustment";
            /**
             * @description Whose balance.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy the balance is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description What is counted.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description Signed effect on what is available.
             * @example -1.00
             */
            amount: string;
            /**
             * Format: date
             * @description The calendar day from which it counts.
             * @example 2026-03-31
             */
            effectiveOn: string;
            /**
             * Format: date
             * @description Only where it was recorded later than a day in a closed period: that day, which it is about and may take.
             * @example 2026-03-31
             */
            meantFor?: string;
            /**
             * Format: date
             * @description Only of an accrual that lapses: the last day on which what is left of it may be taken.
             * @example 2026-06-30
             */
            validUntil?: string;
            /** @description Only of an accrual that counts as carried into its leave year. Where it is there it is `true`. */
            carriedIn?: boolean;
            /**
             * @description Only of what the rules of the policy posted: by which of them.
             * @enum {string}
             */
            rule?: "accrual" | "carry-over" | "lapse" | "cap" | "encashment" | "correction" | "settlement";
            /** @description Only with `rule`: the days that the posting is about. */
            period?: {
                /**
                 * Format: date
                 * @description The first.
                 * @example 2026-03-01
                 */
                from: string;
                /**
                 * Format: date
                 * @description The last.
                 * @example 2026-03-31
                 */
                to: string;
            };
            /**
             * @description null unless the policy is `dayExclusive`.
             * @enum {string|null}
             */
            portion: "full" | "am" | "pm" | null;
            /**
             * @description The transaction that this one undoes.
             * @example 42.1
             */
            reverses: string | null;
            /**
             * @description The transaction that undoes this one.
             * @example 42.1
             */
            reversedBy: string | null;
            /** @description A key in the system that it comes from. */
            reference: string | null;
            /** @description Why, in words; null once that was erased. */
            reason: string | null;
            /**
             * @description The balance after it.
             * @example 24.00
             */
            balance: string;
        };
        /** @description A book as a whole. It follows the record at a short distance: `position` says how far it has come. */
        Stats: {
            /**
             * @description The book.
             * @example main
             */
            book: string;
            /**
             * Format: int64
             * @description The last position that is counted in.
             */
            position: number;
            /**
             * Format: date
             * @description First day of `events`.
             * @example 2026-03-31
             */
            from: string;
            /**
             * Format: date
             * @description Last day of `events`.
             * @example 2026-03-31
             */
            to: string;
            /**
             * Format: date
             * @description The end of the day that `balances` are as of.
             * @example 2026-03-31
             */
            asOf: string;
            /** @description By day, then type; days on which nothing was recorded are left out. */
            events: components["schemas"]["EventCount"][];
            /** @description By resource, then unit, at the finest scale of their policies. Callers without `absences:read` about everybody are told no figure of fewer than 5 people: each is one as of the end of an earlier month, or null, totals always; a resource without any is left out. */
            balances: components["schemas"]["ResourceBalance"][];
            /** @description By day, from `from` to `to`: up to which the rules were run, as of the moment of the question. */
            runs: components["schemas"]["RunDay"][];
            /** @description By resource, then unit, most first. Empty for callers without `absences:read` about everybody. */
            topConsumers: components["schemas"]["TopConsumer"][];
        };
        StepCause: {
            /**
             * Format: int64
             * @description Where that is recorded.
             * @example 42
             */
            position: number;
            /**
             * @description The type of its event.
             * @example calendar-defined
             */
            type: string;
            /**
             * @description Which calendar, entity or other request.
             * @example at
             */
            about: string;
        };
        /** @description Whoever is to be erased is employed today, or will be. An erasure cannot be undone: say `leftOn` first, or `force`. */
        StillEmployedProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/still-employed";
            /** @constant */
            title: "Still employed";
            /** @constant */
            status: 409;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "still-employed";
            /**
             * @description Who is to be erased.
             * @example ada
             */
            entity: string;
            /**
             * Format: date
             * @description null where none is known. Left out for whoever may neither read nor define entities.
             * @example 2026-03-31
             */
            leftOn?: string | null;
        };
        SubmitRequestConflict: components["schemas"]["PeriodClosedProblem"] | components["schemas"]["VersionConflictProblem"] | components["schemas"]["DuplicateIdempotencyKeyProblem"] | components["schemas"]["InsufficientBalanceProblem"] | components["schemas"]["DayTakenProblem"];
        SubmitRequestForbidden: components["schemas"]["ForbiddenProblem"] | components["schemas"]["OwnRequestProblem"];
        SubmitRequestUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["ScaleExceededProblem"] | components["schemas"]["UnknownPolicyProblem"] | components["schemas"]["UnknownCalendarProblem"] | components["schemas"]["NoWorkingDaysProblem"] | components["schemas"]["OutsideEmploymentProblem"] | components["schemas"]["RuleViolatedProblem"];
        TakeSnapshotUnacceptable: components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["UnknownPolicyProblem"];
        /** @description A snapshot as it was taken. What it came to is left out for whoever may read neither snapshots nor balances. */
        TakenSnapshot: {
            /**
             * @description Its id; null in a dry run.
             * @example 42
             */
            id: string | null;
            /** @description What people call it. */
            name: string | null;
            /**
             * Format: date
             * @description The end of this day.
             * @example 2026-03-31
             */
            asOf: string;
            /**
             * Format: int64
             * @description The book as it stood at this position: the head when it began to be computed.
             * @example 42
             */
            knownAt: number;
            /** @description null: of all. */
            resource: string | null;
            /** @description null: under all. */
            policy: string | null;
            /** @description null: of all. */
            entities: string[] | null;
            /**
             * Format: int64
             * @description How many balances it has.
             */
            count?: number;
            /**
             * @description SHA-256 of the whole of its balances as NDJSON.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            digest?: string;
            /**
             * Format: int64
             * @description Its place in the history of its book; null in a dry run.
             * @example 42
             */
            position: number | null;
            /**
             * Format: date-time
             * @description When the database wrote it; null in a dry run.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string | null;
            /**
             * @description SHA-256 of the event, which covers the one before it; null in a dry run.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string | null;
        };
        /** @description The body is larger than the service accepts, or what it decompresses to is. Send it in parts: several bulks, several commands. What is left of it is read before the answer and thrown away, for 10 seconds and up to 256 MiB. */
        TooLargeProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/too-large";
            /** @constant */
            title: "Request too large";
            /** @constant */
            status: 413;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /** @constant */
            code: "too-large";
        };
        /** @description The caller has had more than the service lets one caller have: of requests, of bytes, of its processor, or of wrong passwords. Nothing was done. Send it again, with the same key, after `Retry-After` seconds. `limit` says what of, and how much there is of it in a second; the headers `RateLimit-Policy` and `RateLimit` say how much is left. */
        TooManyRequestsProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/too-many-requests";
            /** @constant */
            title: "Too many requests";
            /** @constant */
            status: 429;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /** @constant */
            code: "too-many-requests";
            limit: {
                /**
                 * @description What the caller has had too much of. Processor time is counted in milliseconds; wrong passwords for one person from one address, in a row.
                 * @enum {string}
                 */
                counted: "requests" | "bytes" | "processor" | "wrong-passwords";
                /**
                 * Format: int64
                 * @description How much of it there is in a second; not of wrong passwords.
                 * @example 50
                 */
                perSecond?: number;
            };
        };
        /** @description What one entity takes in a year, under the policies with that resource and unit. */
        TopConsumer: {
            /**
             * @description What is counted.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description What a quantity of 1 is: days and hours of one resource are not added up.
             * @example day
             */
            unit: string;
            /** @description The year of `asOf`. */
            year: number;
            /**
             * @description Who.
             * @example ada
             */
            entity: string;
            /**
             * @description Taken by effective day, net of what was reversed.
             * @example 31.50
             */
            consumed: string;
        };
        /** @description An account after a command, as of the latest effective day among the lines on it. */
        TouchedBalance: {
            /**
             * @description Whose balance.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy it is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description What is counted.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description What a quantity of 1 is.
             * @example day
             */
            unit: string;
            /**
             * Format: date
             * @description The end of this day.
             * @example 2026-03-31
             */
            asOf: string;
            /**
             * @description accrued − consumed − pending + adjusted
             * @example 24.00
             */
            available: string;
            /**
             * @description null: no such day has a limit.
             * @example 24.00
             */
            spendable: string | null;
            /**
             * @description Held by requests that are not decided yet.
             * @example 0.00
             */
            pending: string;
            /**
             * Format: int64
             * @description How many transactions the account has.
             */
            version: number;
        };
        Transaction: {
            /**
             * @description `<position>.<line>`
             * @example 42.1
             */
            id: string;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description A reversal undoes one of the others; `pending` is held by a request that is not decided yet.
             * @enum {string}
             */
            type: "accrual" | "consumption" | "pending" | "reversal" | "adjustment";
            /**
             * @description Whose balance.
             * @example ada
             */
            entity: string;
            /**
             * @description The policy the balance is kept under.
             * @example annual-leave
             */
            policy: string;
            /**
             * @description What is counted.
             * @example annual-leave
             */
            resource: string;
            /**
             * @description Signed effect on what is available.
             * @example -1.00
             */
            amount: string;
            /**
             * Format: date
             * @description The calendar day from which it counts.
             * @example 2026-03-31
             */
            effectiveOn: string;
            /**
             * Format: date
             * @description Only where it was recorded later than a day in a closed period: that day, which it is about and may take.
             * @example 2026-03-31
             */
            meantFor?: string;
            /**
             * Format: date
             * @description Only of an accrual that lapses: the last day on which what is left of it may be taken.
             * @example 2026-06-30
             */
            validUntil?: string;
            /** @description Only of an accrual that counts as carried into its leave year. Where it is there it is `true`. */
            carriedIn?: boolean;
            /**
             * @description Only of what the rules of the policy posted: by which of them.
             * @enum {string}
             */
            rule?: "accrual" | "carry-over" | "lapse" | "cap" | "encashment" | "correction" | "settlement";
            /** @description Only with `rule`: the days that the posting is about. */
            period?: {
                /**
                 * Format: date
                 * @description The first.
                 * @example 2026-03-01
                 */
                from: string;
                /**
                 * Format: date
                 * @description The last.
                 * @example 2026-03-31
                 */
                to: string;
            };
            /**
             * @description null unless the policy is `dayExclusive`.
             * @enum {string|null}
             */
            portion: "full" | "am" | "pm" | null;
            /**
             * @description The transaction that this one undoes.
             * @example 42.1
             */
            reverses: string | null;
            /**
             * @description The transaction that undoes this one.
             * @example 42.1
             */
            reversedBy: string | null;
            /** @description A key in the system that it comes from. */
            reference: string | null;
            /** @description Why, in words; null once that was erased. */
            reason: string | null;
            /** @description Only with `include=metadata`: of the line, else of its command; null where there is none, or it was erased. */
            metadata?: {
                [key: string]: unknown;
            } | null;
        };
        TransactionLine: components["schemas"]["AccrualLine"] | components["schemas"]["ConsumptionLine"] | components["schemas"]["AdjustmentLine"] | components["schemas"]["ReversalLine"];
        TransactionPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Transaction"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        Transactions: {
            /** @description Recorded in this order, all or none; a line sees those before it. */
            transactions: components["schemas"]["TransactionLine"][];
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        TransactionsItem: {
            /**
             * @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without.
             * @example payroll-2026-03-e1
             */
            idempotencyKey: string;
            /**
             * @description May be left out. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "transactions";
            /** @description Recorded in this order, all or none; a line sees those before it. */
            transactions: components["schemas"]["TransactionLine"][];
            /**
             * @description A key in the system that the line comes from, not for personal data.
             * @example PAY-2026-03
             */
            reference?: string;
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Monthly accrual
             */
            reason?: string;
            /**
             * @description Any JSON object of at most 16384 bytes. Kept beside the record, where it can be erased. Whole numbers in it stay below 2^53, because JSON libraries round longer ones: those are to be sent as text. No member name holds a quotation mark, a backslash or a control character.
             * @example {
             *       "source": "payroll",
             *       "run": 17
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
        };
        /** @description The call needs the header `Authorization: Bearer <key>` with a key that this service knows, or the token of a session that has not ended. */
        UnauthenticatedProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/unauthenticated";
            /** @constant */
            title: "Not authenticated";
            /** @constant */
            status: 401;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /** @constant */
            code: "unauthenticated";
        };
        /** @description The database is away, too much is waiting, or the service is stopping. Nothing is wrong with the request: send it again, with the same key, after `Retry-After` seconds. */
        UnavailableProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/unavailable";
            /** @constant */
            title: "Unavailable";
            /** @constant */
            status: 503;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "unavailable";
        };
        UnavailableRead: components["schemas"]["UnavailableProblem"] | components["schemas"]["NotCaughtUpProblem"];
        /** @description There is no book with this id. `PUT /v1/books/{book}` makes one. */
        UnknownBookProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/unknown-book";
            /** @constant */
            title: "Unknown book";
            /** @constant */
            status: 404;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "unknown-book";
            /**
             * @description The id that was asked for.
             * @example main
             */
            book: string;
        };
        /** @description The book has no calendar with this id. `PUT /v1/books/{book}/calendars/{calendar}` makes one. */
        UnknownCalendarProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/unknown-calendar";
            /** @constant */
            title: "Unknown calendar";
            /** @constant */
            status: 422;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "unknown-calendar";
            /**
             * @description The id that was asked for. Left out where it is that of an entity, for whoever may neither read nor define it.
             * @example de-by
             */
            calendar?: string;
        };
        /** @description The book has no policy with this id. `PUT /v1/books/{book}/policies/{policy}` makes one. */
        UnknownPolicyProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/unknown-policy";
            /** @constant */
            title: "Unknown policy";
            /** @constant */
            status: 422;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "unknown-policy";
            /**
             * @description The id that was asked for.
             * @example annual-leave
             */
            policy?: string;
            /**
             * @description What no policy counts.
             * @example annual-leave
             */
            resource?: string;
            /**
             * @description Which of several lines it is about, or which member: a JSON pointer into the body.
             * @example /transactions/3
             */
            pointer?: string;
        };
        /** @description There is no role, or no right, of this name. docs/reference/access.md lists them. */
        UnknownRoleProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/unknown-role";
            /** @constant */
            title: "Unknown role";
            /** @constant */
            status: 422;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /** @constant */
            code: "unknown-role";
            /**
             * @description The name that was given.
             * @example boss
             */
            name: string;
            /**
             * @description Where it stands: a JSON pointer into the body.
             * @example /roles/0/role
             */
            pointer: string;
        };
        /** @description The book has no transaction with this id. */
        UnknownTransactionProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/unknown-transaction";
            /** @constant */
            title: "Unknown transaction";
            /** @constant */
            status: 404;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "unknown-transaction";
            /**
             * @description The id that was asked for.
             * @example 42.1
             */
            transaction: string;
            /**
             * @description Which of several lines it is about, or which member: a JSON pointer into the body.
             * @example /transactions/3
             */
            pointer?: string;
        };
        /** @description Bodies are `application/json` in UTF-8; those of a bulk may also be `application/x-ndjson`. They may be compressed, with `Content-Encoding: gzip` or `zstd`. */
        UnsupportedMediaTypeProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/unsupported-media-type";
            /** @constant */
            title: "Unsupported media type";
            /** @constant */
            status: 415;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /** @constant */
            code: "unsupported-media-type";
        };
        /** @description At this address the service speaks WebSocket (RFC 6455), version 13, and nothing else. */
        UpgradeRequiredProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/upgrade-required";
            /** @constant */
            title: "Upgrade required";
            /** @constant */
            status: 426;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /** @constant */
            code: "upgrade-required";
        };
        /** @description A person who signs in here. Their password is not in it. */
        User: {
            /**
             * @description The user.
             * @example 5b1d0c9e7a2f4386
             */
            id: string;
            /**
             * @description What they sign in with; of one user, whatever its case.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description What they are called.
             * @example Ada Lovelace
             */
            name: string;
            roles: {
                /**
                 * @description The book; `*`: every book there is or will be.
                 * @example main
                 */
                book: string;
                /**
                 * @description `employee`, `hr`, `payroll`, `auditor`, `integration` or `admin`.
                 * @example payroll
                 */
                role: string;
                /**
                 * @description null: nobody of the book.
                 * @example ada
                 */
                entity: string | null;
                /**
                 * Format: date
                 * @description null: without end.
                 * @example 2027-12-31
                 */
                until: string | null;
            }[];
            /**
             * Format: date-time
             * @description When the user was made.
             * @example 2026-03-31T08:15:30.250Z
             */
            createdAt: string;
            /**
             * @description Who made the user, as `<kind>:<id>`.
             * @example admin:root
             */
            createdBy: string;
            /** @description Whether they have chosen a password. */
            hasPassword: boolean;
            /**
             * Format: date-time
             * @description null: there is none that was not used.
             * @example 2026-03-31T08:15:30.250Z
             */
            invitedUntil: string | null;
            /**
             * Format: date-time
             * @description null: never.
             * @example 2026-03-31T08:15:30.250Z
             */
            lastSignInAt: string | null;
        };
        UserDefinition: {
            /**
             * @description What they sign in with; of one user, whatever its case.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description What they are called.
             * @example Ada Lovelace
             */
            name: string;
            /** @description What they may do, where, and who they are there. An `employee` is an `entity`. */
            roles: components["schemas"]["RoleGrant"][];
        };
        UserPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["User"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        /** @description The account or the request has changed since the caller saw it. For a new request: its id is taken. Look at it again, and decide anew. Whoever may not read the request is told neither what it is nor its version; `currentVersion` of an account takes `balances:read`. */
        VersionConflictProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/version-conflict";
            /** @constant */
            title: "Version conflict";
            /** @constant */
            status: 409;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "version-conflict";
            /**
             * @description Of an account: whose.
             * @example ada
             */
            entity?: string;
            /**
             * @description Of an account: under which policy.
             * @example annual-leave
             */
            policy?: string;
            /**
             * @description Of a request: which.
             * @example r-17
             */
            requestId?: string;
            request?: components["schemas"]["Request"];
            /** Format: int64 */
            expectedVersion: number;
            /** Format: int64 */
            currentVersion?: number;
            /**
             * @description Which of several lines it is about, or which member: a JSON pointer into the body.
             * @example /transactions/3
             */
            pointer?: string;
        };
        WaitingFor: {
            /**
             * @description null: anybody but whoever the request is for.
             * @example manager
             */
            role: string | null;
            /** @description Who has the role, and who stands in for them today, by id. Empty where `role` is null. */
            entities: string[];
        };
        /** @description A password has 15 to 128 characters, whichever they are, and is not one of those that are tried first: common words, names, rows of a keyboard, repetitions (NIST SP 800-63B-4). */
        WeakPasswordProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/weak-password";
            /** @constant */
            title: "Weak password";
            /** @constant */
            status: 422;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /** @constant */
            code: "weak-password";
            /**
             * @description What is the matter with it.
             * @enum {string}
             */
            reason: "too-short" | "too-long" | "expected";
        };
        /** @description An address that events of the book are sent to, and how far it has come. Its secret is not in it. */
        Webhook: {
            /**
             * @description The webhook.
             * @example hr-suite
             */
            id: string;
            /**
             * @description Where events are sent: `https`, without credentials in it. Everybody who may read webhooks sees it, so no secret belongs into it.
             * @example https://hr.example.com/daybook
             */
            url: string;
            /**
             * @description Types of the events that are sent; `["*"]`, alone or with others: all, those of later releases included.
             * @example [
             *       "request-approved",
             *       "request-cancelled"
             *     ]
             */
            events: ("accrual-recorded" | "adjustment-recorded" | "assignment-defined" | "book-defined" | "calendar-defined" | "consumption-recorded" | "delegation-defined" | "earned" | "encashment-recorded" | "entity-defined" | "entity-erased" | "notice-given" | "period-closed" | "period-reopened" | "policy-defined" | "reasons-erased" | "request-approved" | "request-cancellation-asked" | "request-cancellation-refused" | "request-cancelled" | "request-changed" | "request-recounted" | "request-rejected" | "request-step-approved" | "request-submitted" | "retention-defined" | "reversal-recorded" | "settlement-recorded" | "snapshot-taken" | "transactions-recorded" | "work-pattern-defined" | "worked-hours-recorded" | "worked-hours-reversed" | "*")[];
            /**
             * @description null: whomever they are about.
             * @example [
             *       "ada",
             *       "e2"
             *     ]
             */
            entities: string[] | null;
            /**
             * @description `erasable`: what may have to be forgotten is sent as well (reasons, comments, metadata, addresses). What was sent cannot be called back.
             * @example []
             */
            include: "erasable"[];
            /**
             * @description Whether anything is sent.
             * @example true
             */
            enabled: boolean;
            /**
             * Format: int64
             * @description Which definition this is: 1, 2, 3 …
             */
            version: number;
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-03-31T08:15:30.250Z
             */
            createdAt: string;
            /**
             * @description Who made it, as `<kind>:<id>`.
             * @example admin:root
             */
            createdBy: string;
            /**
             * Format: date-time
             * @description null: it does not.
             * @example 2026-03-31T08:15:30.250Z
             */
            formerSecretUntil: string | null;
            /**
             * Format: int64
             * @description The checkpoint: what is at or before it was taken, or is not wanted. `Daybook-Position` says where the book is.
             */
            position: number;
            /**
             * Format: int64
             * @description Attempts in a row that failed.
             */
            failures: number;
            /**
             * Format: date-time
             * @description null: the last one went well.
             * @example 2026-03-31T08:15:30.250Z
             */
            failingSince: string | null;
            /**
             * Format: date-time
             * @description null: nothing waits for that.
             * @example 2026-03-31T08:15:30.250Z
             */
            nextAttemptAt: string | null;
            /**
             * Format: date-time
             * @description null: it did not.
             * @example 2026-03-31T08:15:30.250Z
             */
            disabledAt: string | null;
            /**
             * @description `failing`: no attempt went well for three days. `gone`: it answered 410. null: the service did not.
             * @enum {string|null}
             */
            disabledBecause: "failing" | "gone" | null;
        };
        /** @description The service does not call this address for others: only `https`, without credentials in it, at an address of the internet. `DAYBOOK_WEBHOOK_ALLOW` names others that may be called. */
        WebhookAddressRefusedProblem: {
            /**
             * @description The page about this problem.
             * @constant
             */
            type: "/problems/webhook-address-refused";
            /** @constant */
            title: "Webhook address refused";
            /** @constant */
            status: 422;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description The request.
             * @example urn:daybook:request:5f0c2a91-1
             */
            instance: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "webhook-address-refused";
            /**
             * @description The address that was given.
             * @example https://10.0.0.7/hooks
             */
            url: string;
            /**
             * @description Why it is not called.
             * @example its address is private
             */
            why: string;
        };
        WebhookDefinition: {
            /**
             * @description Where events are sent: `https`, without credentials in it. Everybody who may read webhooks sees it, so no secret belongs into it.
             * @example https://hr.example.com/daybook
             */
            url: string;
            /**
             * @description Types of the events that are sent; `["*"]`, alone or with others: all, those of later releases included.
             * @example [
             *       "request-approved",
             *       "request-cancelled"
             *     ]
             */
            events: ("accrual-recorded" | "adjustment-recorded" | "assignment-defined" | "book-defined" | "calendar-defined" | "consumption-recorded" | "delegation-defined" | "earned" | "encashment-recorded" | "entity-defined" | "entity-erased" | "notice-given" | "period-closed" | "period-reopened" | "policy-defined" | "reasons-erased" | "request-approved" | "request-cancellation-asked" | "request-cancellation-refused" | "request-cancelled" | "request-changed" | "request-recounted" | "request-rejected" | "request-step-approved" | "request-submitted" | "retention-defined" | "reversal-recorded" | "settlement-recorded" | "snapshot-taken" | "transactions-recorded" | "work-pattern-defined" | "worked-hours-recorded" | "worked-hours-reversed" | "*")[];
            /**
             * @description Only events about one of these: a line of theirs, their definition, their request.
             * @example [
             *       "ada",
             *       "e2"
             *     ]
             */
            entities?: string[];
            /**
             * @description `erasable`: what may have to be forgotten is sent as well (reasons, comments, metadata, addresses). What was sent cannot be called back.
             * @example []
             */
            include?: "erasable"[];
            /**
             * @description Whether anything is sent; true unless given.
             * @example true
             */
            enabled?: boolean;
        };
        /** @description An attempt to send an event. Neither the event nor the answer is kept. */
        WebhookDelivery: {
            /**
             * @description What it was sent as `webhook-id`.
             * @example main.42
             */
            id: string;
            /**
             * Format: int64
             * @description Of the event.
             * @example 42
             */
            position: number;
            /**
             * @description Of the event.
             * @example request-approved
             */
            type: string;
            /**
             * Format: date-time
             * @description When it was sent.
             * @example 2026-03-31T08:15:30.250Z
             */
            attemptedAt: string;
            /**
             * @description `delivered`: answered with 200 to 299. `rejected`: with another status. `failed`: there was no answer. `forbidden`: its address is one that is not called.
             * @enum {string}
             */
            outcome: "delivered" | "rejected" | "failed" | "forbidden";
            /**
             * Format: int64
             * @description Of the answer; null: there was none.
             * @example 204
             */
            status: number | null;
            /**
             * @description What else there is to say; null: nothing.
             * @example the connection was refused
             */
            detail: string | null;
            /**
             * Format: int64
             * @description How long it took, in milliseconds.
             */
            durationMs: number;
        };
        WebhookDeliveryPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["WebhookDelivery"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        WebhookPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["Webhook"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        WebhookReplay: {
            /**
             * Format: int64
             * @description What comes after this position is sent again; 0: everything.
             * @example 41
             */
            after: number;
        };
        WebhookRotation: {
            /**
             * @description For how long the secret it had signs too; 86400 unless given.
             * @example 86400
             */
            overlapSeconds?: number;
        };
        /** @description What became of an attempt to send a test. */
        WebhookTest: {
            /**
             * @description `delivered`: answered with 200 to 299. `rejected`: with another status. `failed`: there was no answer. `forbidden`: its address is one that is not called.
             * @enum {string}
             */
            outcome: "delivered" | "rejected" | "failed" | "forbidden";
            /**
             * Format: int64
             * @description Of the answer; null: there was none.
             * @example 204
             */
            status: number | null;
            /**
             * @description What else there is to say; null: nothing.
             * @example the connection was refused
             */
            detail: string | null;
            /**
             * Format: int64
             * @description How long it took, in milliseconds.
             */
            durationMs: number;
        };
        /** @description A webhook that was made, defined anew, or has another secret. */
        WebhookWithSecret: {
            /**
             * @description The webhook.
             * @example hr-suite
             */
            id: string;
            /**
             * @description Where events are sent: `https`, without credentials in it. Everybody who may read webhooks sees it, so no secret belongs into it.
             * @example https://hr.example.com/daybook
             */
            url: string;
            /**
             * @description Types of the events that are sent; `["*"]`, alone or with others: all, those of later releases included.
             * @example [
             *       "request-approved",
             *       "request-cancelled"
             *     ]
             */
            events: ("accrual-recorded" | "adjustment-recorded" | "assignment-defined" | "book-defined" | "calendar-defined" | "consumption-recorded" | "delegation-defined" | "earned" | "encashment-recorded" | "entity-defined" | "entity-erased" | "notice-given" | "period-closed" | "period-reopened" | "policy-defined" | "reasons-erased" | "request-approved" | "request-cancellation-asked" | "request-cancellation-refused" | "request-cancelled" | "request-changed" | "request-recounted" | "request-rejected" | "request-step-approved" | "request-submitted" | "retention-defined" | "reversal-recorded" | "settlement-recorded" | "snapshot-taken" | "transactions-recorded" | "work-pattern-defined" | "worked-hours-recorded" | "worked-hours-reversed" | "*")[];
            /**
             * @description null: whomever they are about.
             * @example [
             *       "ada",
             *       "e2"
             *     ]
             */
            entities: string[] | null;
            /**
             * @description `erasable`: what may have to be forgotten is sent as well (reasons, comments, metadata, addresses). What was sent cannot be called back.
             * @example []
             */
            include: "erasable"[];
            /**
             * @description Whether anything is sent.
             * @example true
             */
            enabled: boolean;
            /**
             * Format: int64
             * @description Which definition this is: 1, 2, 3 …
             */
            version: number;
            /**
             * Format: date-time
             * @description When it was made.
             * @example 2026-03-31T08:15:30.250Z
             */
            createdAt: string;
            /**
             * @description Who made it, as `<kind>:<id>`.
             * @example admin:root
             */
            createdBy: string;
            /**
             * Format: date-time
             * @description null: it does not.
             * @example 2026-03-31T08:15:30.250Z
             */
            formerSecretUntil: string | null;
            /**
             * Format: int64
             * @description The checkpoint: what is at or before it was taken, or is not wanted. `Daybook-Position` says where the book is.
             */
            position: number;
            /**
             * Format: int64
             * @description Attempts in a row that failed.
             */
            failures: number;
            /**
             * Format: date-time
             * @description null: the last one went well.
             * @example 2026-03-31T08:15:30.250Z
             */
            failingSince: string | null;
            /**
             * Format: date-time
             * @description null: nothing waits for that.
             * @example 2026-03-31T08:15:30.250Z
             */
            nextAttemptAt: string | null;
            /**
             * Format: date-time
             * @description null: it did not.
             * @example 2026-03-31T08:15:30.250Z
             */
            disabledAt: string | null;
            /**
             * @description `failing`: no attempt went well for three days. `gone`: it answered 410. null: the service did not.
             * @enum {string|null}
             */
            disabledBecause: "failing" | "gone" | null;
            /**
             * @description What its events are signed with (HMAC-SHA256), shown this once; null: it was shown when it was made, or rotated.
             * @example whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD
             */
            secret: string | null;
        };
        WillLapse: {
            /**
             * Format: date
             * @description The first day on which it is gone.
             * @example 2027-04-01
             */
            on: string;
            /**
             * @description How much, above zero.
             * @example 3.00
             */
            amount: string;
        };
        /** @description What an entity works by from a day on, and where that was recorded. */
        WorkPattern: {
            /**
             * @description Who works by it.
             * @example ada
             */
            entity: string;
            /**
             * Format: date
             * @description The day from which it holds, until that of the next one.
             * @example 2026-07-01
             */
            effectiveFrom: string;
            /** @description null: the one of the entity’s definition. */
            calendar: string | null;
            /** @description null: those of the calendar. */
            workingDays: components["schemas"]["WorkingDays"] | null;
            /** @description A rota, which holds instead of `workingDays`; null: every week is the same. */
            weeks: components["schemas"]["WorkingDays"][] | null;
            /**
             * Format: date
             * @description null without a rota.
             * @example 2026-03-31
             */
            weeksFrom: string | null;
            /** @description null: those of the calendar. */
            hoursPerDay: components["schemas"]["HoursPerDay"] | null;
            /**
             * Format: int64
             * @description How many patterns of the entity were recorded up to it.
             */
            version: number;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description SHA-256 of the event, which covers the one before it.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string;
        };
        WorkPatternDefinition: {
            /**
             * @description The calendar whose days are worked; unless given, the one of the entity’s definition.
             * @example de-by
             */
            calendar?: string | null;
            /** @description Instead of those of the calendar, whose holidays stay off: a part-time pattern. */
            workingDays?: components["schemas"]["WorkingDays"] | null;
            /** @description A rota: weeks that follow one another and then begin anew. Holds instead of `workingDays`. */
            weeks?: components["schemas"]["WorkingDays"][] | null;
            /**
             * Format: date
             * @description A day of the first week of the rota. Unless given: of `effectiveFrom`.
             * @example 2026-01-05
             */
            weeksFrom?: string | null;
            /** @description Instead of those of the calendar. */
            hoursPerDay?: components["schemas"]["HoursPerDay"] | null;
        };
        WorkPatternPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["WorkPattern"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        WorkedDay: {
            /**
             * Format: date
             * @description The day.
             * @example 2026-03-31
             */
            date: string;
            /** @description What people call it. */
            name: string | null;
            /**
             * @description As which weekday the date is worked.
             * @enum {string}
             */
            like: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
        };
        WorkedDayDefinition: {
            /**
             * Format: date
             * @description The day.
             * @example 2026-12-12
             */
            date: string;
            /**
             * @description What people call it.
             * @example Made up for 24 December
             */
            name?: string | null;
            /**
             * @description As which weekday the date is worked.
             * @enum {string}
             */
            like: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
        };
        /** @description Hours that somebody has worked, and where they were recorded. */
        WorkedHours: {
            /**
             * @description What they are reversed by.
             * @example 42
             */
            id: string;
            /**
             * @description Who has worked.
             * @example ada
             */
            entity: string;
            /**
             * Format: date
             * @description First day.
             * @example 2026-03-01
             */
            from: string;
            /**
             * Format: date
             * @description Last day.
             * @example 2026-03-31
             */
            to: string;
            /**
             * @description Over all these days together.
             * @example 162.5
             */
            hours: string;
            /** @description The key of the system that they come from. */
            reference: string | null;
            /**
             * @description null: they count.
             * @example 42
             */
            reversedBy: string | null;
            /**
             * Format: int64
             * @description Its place in the history of its book: 1, 2, 3 … without a gap.
             * @example 42
             */
            position: number;
            /**
             * Format: date-time
             * @description When the database wrote it.
             * @example 2026-03-31T08:15:30.250Z
             */
            recordedAt: string;
            /**
             * @description SHA-256 of the event, which covers the one before it.
             * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
             */
            hash: string;
        };
        WorkedHoursItem: {
            /**
             * @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without.
             * @example payroll-2026-03-e1
             */
            idempotencyKey: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "worked-hours";
            /**
             * @description Who has worked.
             * @example ada
             */
            entity: string;
            /**
             * Format: date
             * @description The day, or the first of several.
             * @example 2026-03-01
             */
            from: string;
            /**
             * Format: date
             * @description The last day, at most a year later. Unless given: `from`.
             * @example 2026-03-31
             */
            to?: string;
            /**
             * @description Over all these days together, at most 24 for each.
             * @example 162.5
             */
            hours: string;
            /**
             * @description A key in the system that the hours come from, not for personal data.
             * @example TIME-2026-03
             */
            reference?: string;
        };
        WorkedHoursPage: {
            /** @description Those of this page, in the order of the list. */
            items: components["schemas"]["WorkedHours"][];
            /** @description null: this is the last page. */
            nextCursor: string | null;
        };
        WorkedHoursRecording: {
            /**
             * @description Who has worked.
             * @example ada
             */
            entity: string;
            /**
             * Format: date
             * @description The day, or the first of several.
             * @example 2026-03-01
             */
            from: string;
            /**
             * Format: date
             * @description The last day, at most a year later. Unless given: `from`.
             * @example 2026-03-31
             */
            to?: string;
            /**
             * @description Over all these days together, at most 24 for each.
             * @example 162.5
             */
            hours: string;
            /**
             * @description A key in the system that the hours come from, not for personal data.
             * @example TIME-2026-03
             */
            reference?: string;
        };
        WorkedHoursReversal: {
            /**
             * @description Why, in words. Kept beside the record, where it can be erased.
             * @example Entered twice
             */
            reason?: string;
        };
        /**
         * @description How much of each weekday is worked.
         * @example {
         *       "mon": "1",
         *       "tue": "1",
         *       "wed": "1",
         *       "thu": "1",
         *       "fri": "0.5",
         *       "sat": "0",
         *       "sun": "0"
         *     }
         */
        WorkingDays: {
            /**
             * @description How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.
             * @enum {string}
             */
            mon: "0" | "0.5" | "1" | "am" | "pm";
            /**
             * @description How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.
             * @enum {string}
             */
            tue: "0" | "0.5" | "1" | "am" | "pm";
            /**
             * @description How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.
             * @enum {string}
             */
            wed: "0" | "0.5" | "1" | "am" | "pm";
            /**
             * @description How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.
             * @enum {string}
             */
            thu: "0" | "0.5" | "1" | "am" | "pm";
            /**
             * @description How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.
             * @enum {string}
             */
            fri: "0" | "0.5" | "1" | "am" | "pm";
            /**
             * @description How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.
             * @enum {string}
             */
            sat: "0" | "0.5" | "1" | "am" | "pm";
            /**
             * @description How much of the day is worked: all of it, nothing, or that half. `0.5` is the morning, as `am` is.
             * @enum {string}
             */
            sun: "0" | "0.5" | "1" | "am" | "pm";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description `roles` or `rights`. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Payroll export",
                 *       "roles": [
                 *         {
                 *           "book": "main",
                 *           "role": "payroll"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["KeyDefinition"];
            };
        };
        responses: {
            /** @description The key. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeApiKey"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `unknown-role`: Unknown role. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownRoleProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key. */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRotation"];
            };
        };
        responses: {
            /** @description The key, with its new secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeApiKey"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    endKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description `last-admin`: Last administrator. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["LastAdminProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "name": "Ada Lovelace",
                 *       "roles": [
                 *         {
                 *           "book": "main",
                 *           "role": "employee",
                 *           "entity": "ada"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["UserDefinition"];
            };
        };
        responses: {
            /** @description The user, and their invitation. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedUser"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `email-taken`: Mail address taken. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["EmailTakenProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `unknown-role`: Unknown role. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownRoleProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    readUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user. */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    changeUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user. */
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "name": "Ada Lovelace",
                 *       "roles": [
                 *         {
                 *           "book": "main",
                 *           "role": "employee",
                 *           "entity": "ada"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["UserDefinition"];
            };
        };
        responses: {
            /** @description The user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description `email-taken`: Mail address taken. `last-admin`: Last administrator. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ChangeUserConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `unknown-role`: Unknown role. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownRoleProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    endUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user. */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description `last-admin`: Last administrator. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["LastAdminProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    inviteUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user. */
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationAsked"];
            };
        };
        responses: {
            /** @description The user, and their invitation. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedUser"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description The session. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenedSession"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `invalid-credentials`: Not these credentials. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCredentialsProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    endSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session. */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    readBook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The book. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Book"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    defineBook: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Germany",
                 *       "timeZone": "Europe/Berlin"
                 *     }
                 */
                "application/json": components["schemas"]["BookDefinition"];
            };
        };
        responses: {
            /** @description Nothing changed: what is defined already. Or a dry run: what would be defined. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedBook"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedBook"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DuplicateIdempotencyKeyProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["IdempotencyKeyReusedProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listBooks: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    readPolicy: {
        parameters: {
            query?: {
                /** @description Say in `text`, in plain words, what its terms of earning are. */
                explain?: boolean;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The policy. */
                policy: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The policy. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    definePolicy: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The policy. */
                policy: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "resource": "annual-leave",
                 *       "unit": "day",
                 *       "scale": 2,
                 *       "dayExclusive": true,
                 *       "overdraftLimit": "0"
                 *     }
                 */
                "application/json": components["schemas"]["PolicyDefinition"];
            };
        };
        responses: {
            /** @description Nothing changed: what is defined already. Or a dry run: what would be defined. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedPolicy"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedPolicy"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. `day-taken`: Day already taken. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefinePolicyConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `scale-exceeded`: Too many decimals. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefinePolicyUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listPolicies: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listPolicyVersions: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The policy. */
                policy: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    defineEmployment: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
                /** @description The first day of the period. */
                from: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "to": "2025-03-31"
                 *     }
                 */
                "application/json": components["schemas"]["EmploymentDefinition"];
            };
        };
        responses: {
            /** @description Nothing changed: what is defined already. Or a dry run: what would be defined. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedEmployment"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedEmployment"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefineEmploymentForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DuplicateIdempotencyKeyProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefineEmploymentUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listEmployments: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmploymentPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    readEntity: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entity. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entity"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    defineEntity: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "employee",
                 *       "manager": "m1",
                 *       "hiredOn": "2024-09-01",
                 *       "name": "Ada Lovelace"
                 *     }
                 */
                "application/json": components["schemas"]["EntityDefinition"];
            };
        };
        responses: {
            /** @description Nothing changed: what is defined already. Or a dry run: what would be defined. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedEntity"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedEntity"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefineEntityForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DuplicateIdempotencyKeyProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefineEntityUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listEntities: {
        parameters: {
            query?: {
                /** @description Only entities of this kind. */
                kind?: string;
                /** @description Only entities of this department. */
                department?: string;
                /** @description Only entities with this manager. */
                manager?: string;
                /** @description Only entities with this in their id, name, e-mail address or personnel number, whatever its case. */
                q?: string;
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    eraseEntity: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Asked for by letter"
                 *     }
                 */
                "application/json": components["schemas"]["Erasing"];
            };
        };
        responses: {
            /** @description Nothing changed: what is defined already. Or a dry run: what would be defined. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["EraseEntityForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. `still-employed`: Still employed. `last-admin`: Last administrator. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["EraseEntityConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["IdempotencyKeyReusedProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    exportEntity: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything about the entity. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonExport"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    readRetention: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is erased, and when. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    defineRetention: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reasonsMonths": 36,
                 *       "profileMonthsAfterLeaving": 24
                 *     }
                 */
                "application/json": components["schemas"]["RetentionDefinition"];
            };
        };
        responses: {
            /** @description Nothing changed: what is defined already. Or a dry run: what would be defined. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DuplicateIdempotencyKeyProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["IdempotencyKeyReusedProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    readAssignment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description Who earns. */
                entity: string;
                /** @description Which of its assignments. */
                assignment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The assignment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Assignment"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    defineAssignment: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description Who earns. */
                entity: string;
                /** @description Which of its assignments. */
                assignment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "policy": "annual-leave",
                 *       "from": "2026-01-01",
                 *       "share": "0.8"
                 *     }
                 */
                "application/json": components["schemas"]["AssignmentDefinition"];
            };
        };
        responses: {
            /** @description Nothing changed: what is defined already. Or a dry run: what would be defined. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedAssignment"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedAssignment"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefineAssignmentForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. `assignment-overlap`: Assignments overlap. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefineAssignmentConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `unknown-policy`: Unknown policy. `policy-does-not-earn`: Policy does not earn. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefineAssignmentUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listAssignments: {
        parameters: {
            query?: {
                /** @description Only this entity. */
                entity?: string;
                /** @description Only assignments to this policy. */
                policy?: string;
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listEntityAssignments: {
        parameters: {
            query?: {
                /** @description Only assignments to this policy. */
                policy?: string;
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listAssignmentVersions: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description Who earns. */
                entity: string;
                /** @description Which of its assignments. */
                assignment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listWorkedHours: {
        parameters: {
            query?: {
                /** @description Only this entity. */
                entity?: string;
                /** @description Only hours that reach into this day or later ones. */
                from?: string;
                /** @description Only hours that reach into this day or earlier ones. */
                to?: string;
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkedHoursPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    recordWorkedHours: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "entity": "ada",
                 *       "from": "2026-03-01",
                 *       "to": "2026-03-31",
                 *       "hours": "162.5"
                 *     }
                 */
                "application/json": components["schemas"]["WorkedHoursRecording"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedWorkedHours"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedWorkedHours"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordWorkedHoursForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DuplicateIdempotencyKeyProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["IdempotencyKeyReusedProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    reverseWorkedHours: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The hours. */
                workedHours: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Entered twice"
                 *     }
                 */
                "application/json": components["schemas"]["WorkedHoursReversal"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReversedWorkedHours"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReversedWorkedHours"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ReverseWorkedHoursForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. `already-reversed`: Already reversed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ReverseWorkedHoursConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["IdempotencyKeyReusedProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listNotices: {
        parameters: {
            query?: {
                /** @description Only this entity. */
                entity?: string;
                /** @description Only notices about leave under this policy. */
                policy?: string;
                /** @description Only notices about the leave year that begins in this one. */
                year?: number;
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NoticePage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    giveNotice: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "entity": "ada",
                 *       "policy": "annual-leave",
                 *       "year": 2026,
                 *       "givenOn": "2026-10-01"
                 *     }
                 */
                "application/json": components["schemas"]["NoticeGiving"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GivenNotice"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GivenNotice"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["GiveNoticeForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DuplicateIdempotencyKeyProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `unknown-policy`: Unknown policy. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["GiveNoticeUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    recordEncashment: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "entity": "ada",
                 *       "policy": "annual-leave",
                 *       "amount": "2",
                 *       "effectiveOn": "2026-12-01",
                 *       "rate": "210.15",
                 *       "reference": "PAY-2026-12"
                 *     }
                 */
                "application/json": components["schemas"]["Encashment"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedEncashment"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedEncashment"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordEncashmentForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `period-closed`: Period closed. `version-conflict`: Version conflict. `duplicate-idempotency-key`: Duplicate idempotency key. `insufficient-balance`: Insufficient balance. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordEncashmentConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `unknown-policy`: Unknown policy. `scale-exceeded`: Too many decimals. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordEncashmentUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    recordLeaving: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "on": "2026-09-30",
                 *       "settle": "pay-out"
                 *     }
                 */
                "application/json": components["schemas"]["Leaving"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedLeaving"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedLeaving"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordLeavingForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `period-closed`: Period closed. `version-conflict`: Version conflict. `duplicate-idempotency-key`: Duplicate idempotency key. `already-left`: Already left. `already-reversed`: Already reversed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordLeavingConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `outside-employment`: Outside employment. `unknown-policy`: Unknown policy. `not-due`: Not due. `not-worked-out`: Not worked out. `scale-exceeded`: Too many decimals. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordLeavingUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    defineDelegation: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description Whose decisions. */
                entity: string;
                /** @description Who makes them meanwhile. */
                delegate: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "from": "2026-07-01",
                 *       "to": "2026-07-31"
                 *     }
                 */
                "application/json": components["schemas"]["DelegationDefinition"];
            };
        };
        responses: {
            /** @description Nothing changed: what is defined already. Or a dry run: what would be defined. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedDelegation"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "entity": "m1",
                     *       "delegate": "m2",
                     *       "from": "2026-07-01",
                     *       "to": "2026-07-31",
                     *       "version": 1,
                     *       "position": 42,
                     *       "recordedAt": "2026-06-01T08:15:30.250Z",
                     *       "hash": "9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f"
                     *     }
                     */
                    "application/json": components["schemas"]["DefinedDelegation"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefineDelegationForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DuplicateIdempotencyKeyProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefineDelegationUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listDelegations: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DelegationPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listRequests: {
        parameters: {
            query?: {
                /** @description Only requests of this status. */
                status?: "pending" | "approved" | "rejected" | "cancelled";
                /** @description Only this entity. */
                entity?: string;
                /** @description Only of entities with this manager. */
                manager?: string;
                /** @description Only this resource. */
                resource?: string;
                /** @description Only requests that this entity may decide about today, in its own right or for whom it stands in. */
                waitingFor?: string;
                /** @description Only requests that reach into this day or later ones. */
                from?: string;
                /** @description Only requests that reach into this day or earlier ones. */
                to?: string;
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    submitRequest: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "entity": "ada",
                 *       "resource": "annual-leave",
                 *       "from": "2026-07-06",
                 *       "to": "2026-07-10"
                 *     }
                 */
                "application/json": components["schemas"]["RequestSubmission"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedRequest"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "position": 42,
                     *       "recordedAt": "2026-06-01T08:15:30.250Z",
                     *       "hash": "9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f",
                     *       "request": {
                     *         "id": "r-17",
                     *         "entity": "ada",
                     *         "resource": "annual-leave",
                     *         "policy": null,
                     *         "status": "pending",
                     *         "version": 1,
                     *         "from": "2026-07-06",
                     *         "to": "2026-07-07",
                     *         "fromPortion": "full",
                     *         "toPortion": "am",
                     *         "hoursPerDay": null,
                     *         "days": [
                     *           {
                     *             "date": "2026-07-06",
                     *             "portion": "full",
                     *             "amount": "1.0",
                     *             "policy": "annual-leave",
                     *             "status": "pending"
                     *           },
                     *           {
                     *             "date": "2026-07-07",
                     *             "portion": "am",
                     *             "amount": "0.5",
                     *             "policy": "annual-leave",
                     *             "status": "pending"
                     *           }
                     *         ],
                     *         "total": "1.5",
                     *         "cancellation": null,
                     *         "waitingFor": [
                     *           {
                     *             "role": "manager",
                     *             "entities": [
                     *               "m1",
                     *               "m2"
                     *             ]
                     *           }
                     *         ],
                     *         "reason": "Holidays in Tyrol",
                     *         "submittedAt": "2026-06-01T08:15:30.250Z",
                     *         "submittedBy": {
                     *           "type": "employee",
                     *           "id": "ada"
                     *         },
                     *         "decidedAt": null,
                     *         "decidedBy": null,
                     *         "history": [
                     *           {
                     *             "version": 1,
                     *             "type": "request-submitted",
                     *             "at": "2026-06-01T08:15:30.250Z",
                     *             "by": {
                     *               "type": "employee",
                     *               "id": "ada"
                     *             },
                     *             "comment": "Holidays in Tyrol",
                     *             "cause": null
                     *           }
                     *         ]
                     *       },
                     *       "checks": [
                     *         "employed",
                     *         "working-days",
                     *         "max-days-ahead"
                     *       ],
                     *       "transactions": [
                     *         {
                     *           "id": "42.1",
                     *           "type": "pending",
                     *           "entity": "ada",
                     *           "policy": "annual-leave",
                     *           "resource": "annual-leave",
                     *           "reverses": null,
                     *           "reversedBy": null,
                     *           "reference": "r-17",
                     *           "reason": null,
                     *           "position": 42,
                     *           "recordedAt": "2026-06-01T08:15:30.250Z",
                     *           "amount": "-1.0",
                     *           "effectiveOn": "2026-07-06",
                     *           "portion": "full"
                     *         },
                     *         {
                     *           "id": "42.2",
                     *           "type": "pending",
                     *           "entity": "ada",
                     *           "policy": "annual-leave",
                     *           "resource": "annual-leave",
                     *           "reverses": null,
                     *           "reversedBy": null,
                     *           "reference": "r-17",
                     *           "reason": null,
                     *           "position": 42,
                     *           "recordedAt": "2026-06-01T08:15:30.250Z",
                     *           "amount": "-0.5",
                     *           "effectiveOn": "2026-07-07",
                     *           "portion": "am"
                     *         }
                     *       ],
                     *       "balances": [
                     *         {
                     *           "entity": "ada",
                     *           "policy": "annual-leave",
                     *           "resource": "annual-leave",
                     *           "unit": "day",
                     *           "asOf": "2026-07-07",
                     *           "available": "23.5",
                     *           "spendable": "23.5",
                     *           "pending": "1.5",
                     *           "version": 3
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RecordedRequest"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-request`: Own request. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SubmitRequestForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `period-closed`: Period closed. `version-conflict`: Version conflict. `duplicate-idempotency-key`: Duplicate idempotency key. `insufficient-balance`: Insufficient balance. `day-taken`: Day already taken. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SubmitRequestConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `scale-exceeded`: Too many decimals. `unknown-policy`: Unknown policy. `unknown-calendar`: Unknown calendar. `no-working-days`: No working days. `outside-employment`: Outside employment. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SubmitRequestUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    approveRequest: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The request. */
                request: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "expectedVersion": 1
                 *     }
                 */
                "application/json": components["schemas"]["RequestDecision"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedRequest"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "position": 45,
                     *       "recordedAt": "2026-06-02T09:00:00.000Z",
                     *       "hash": "9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f",
                     *       "request": {
                     *         "id": "r-17",
                     *         "entity": "ada",
                     *         "resource": "annual-leave",
                     *         "policy": null,
                     *         "status": "approved",
                     *         "version": 2,
                     *         "from": "2026-07-06",
                     *         "to": "2026-07-07",
                     *         "fromPortion": "full",
                     *         "toPortion": "am",
                     *         "hoursPerDay": null,
                     *         "days": [
                     *           {
                     *             "date": "2026-07-06",
                     *             "portion": "full",
                     *             "amount": "1.0",
                     *             "policy": "annual-leave",
                     *             "status": "approved"
                     *           },
                     *           {
                     *             "date": "2026-07-07",
                     *             "portion": "am",
                     *             "amount": "0.5",
                     *             "policy": "annual-leave",
                     *             "status": "approved"
                     *           }
                     *         ],
                     *         "total": "1.5",
                     *         "cancellation": null,
                     *         "waitingFor": [],
                     *         "reason": "Holidays in Tyrol",
                     *         "submittedAt": "2026-06-01T08:15:30.250Z",
                     *         "submittedBy": {
                     *           "type": "employee",
                     *           "id": "ada"
                     *         },
                     *         "decidedAt": "2026-06-02T09:00:00.000Z",
                     *         "decidedBy": {
                     *           "type": "manager",
                     *           "id": "m1"
                     *         },
                     *         "history": [
                     *           {
                     *             "version": 1,
                     *             "type": "request-submitted",
                     *             "at": "2026-06-01T08:15:30.250Z",
                     *             "by": {
                     *               "type": "employee",
                     *               "id": "ada"
                     *             },
                     *             "comment": "Holidays in Tyrol",
                     *             "cause": null
                     *           },
                     *           {
                     *             "version": 2,
                     *             "type": "request-approved",
                     *             "at": "2026-06-02T09:00:00.000Z",
                     *             "by": {
                     *               "type": "manager",
                     *               "id": "m1"
                     *             },
                     *             "comment": "Enjoy it",
                     *             "cause": null
                     *           }
                     *         ]
                     *       },
                     *       "checks": [],
                     *       "transactions": [
                     *         {
                     *           "type": "reversal",
                     *           "entity": "ada",
                     *           "policy": "annual-leave",
                     *           "resource": "annual-leave",
                     *           "reverses": "42.1",
                     *           "reversedBy": null,
                     *           "reference": "r-17",
                     *           "reason": null,
                     *           "position": 45,
                     *           "recordedAt": "2026-06-02T09:00:00.000Z",
                     *           "effectiveOn": "2026-07-06",
                     *           "portion": null,
                     *           "id": "45.1",
                     *           "amount": "1.0"
                     *         },
                     *         {
                     *           "type": "reversal",
                     *           "entity": "ada",
                     *           "policy": "annual-leave",
                     *           "resource": "annual-leave",
                     *           "reverses": "42.2",
                     *           "reversedBy": null,
                     *           "reference": "r-17",
                     *           "reason": null,
                     *           "position": 45,
                     *           "recordedAt": "2026-06-02T09:00:00.000Z",
                     *           "effectiveOn": "2026-07-07",
                     *           "portion": null,
                     *           "id": "45.2",
                     *           "amount": "0.5"
                     *         },
                     *         {
                     *           "id": "45.3",
                     *           "type": "consumption",
                     *           "entity": "ada",
                     *           "policy": "annual-leave",
                     *           "resource": "annual-leave",
                     *           "reverses": null,
                     *           "reversedBy": null,
                     *           "reference": "r-17",
                     *           "reason": null,
                     *           "position": 45,
                     *           "recordedAt": "2026-06-02T09:00:00.000Z",
                     *           "amount": "-1.0",
                     *           "effectiveOn": "2026-07-06",
                     *           "portion": "full"
                     *         },
                     *         {
                     *           "id": "45.4",
                     *           "type": "consumption",
                     *           "entity": "ada",
                     *           "policy": "annual-leave",
                     *           "resource": "annual-leave",
                     *           "reverses": null,
                     *           "reversedBy": null,
                     *           "reference": "r-17",
                     *           "reason": null,
                     *           "position": 45,
                     *           "recordedAt": "2026-06-02T09:00:00.000Z",
                     *           "amount": "-0.5",
                     *           "effectiveOn": "2026-07-07",
                     *           "portion": "am"
                     *         }
                     *       ],
                     *       "balances": [
                     *         {
                     *           "entity": "ada",
                     *           "policy": "annual-leave",
                     *           "resource": "annual-leave",
                     *           "unit": "day",
                     *           "asOf": "2026-07-07",
                     *           "available": "23.5",
                     *           "spendable": "23.5",
                     *           "pending": "0.0",
                     *           "version": 7
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RecordedRequest"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-request`: Own request. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ApproveRequestForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `period-closed`: Period closed. `version-conflict`: Version conflict. `duplicate-idempotency-key`: Duplicate idempotency key. `invalid-transition`: Invalid transition. `insufficient-balance`: Insufficient balance. `day-taken`: Day already taken. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ApproveRequestConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `scale-exceeded`: Too many decimals. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ApproveRequestUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    rejectRequest: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The request. */
                request: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "expectedVersion": 1
                 *     }
                 */
                "application/json": components["schemas"]["RequestDecision"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedRequest"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedRequest"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-request`: Own request. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RejectRequestForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `period-closed`: Period closed. `version-conflict`: Version conflict. `duplicate-idempotency-key`: Duplicate idempotency key. `invalid-transition`: Invalid transition. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RejectRequestConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["IdempotencyKeyReusedProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    cancelRequest: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The request. */
                request: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "expectedVersion": 1
                 *     }
                 */
                "application/json": components["schemas"]["RequestCancellation"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedRequest"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedRequest"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `period-closed`: Period closed. `version-conflict`: Version conflict. `duplicate-idempotency-key`: Duplicate idempotency key. `invalid-transition`: Invalid transition. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["CancelRequestConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["CancelRequestUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    changeRequest: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The request. */
                request: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "expectedVersion": 1,
                 *       "to": "2026-07-13"
                 *     }
                 */
                "application/json": components["schemas"]["RequestChange"];
            };
        };
        responses: {
            /** @description Nothing is to change: the request as it is. Or a dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedRequest"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedRequest"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `period-closed`: Period closed. `version-conflict`: Version conflict. `duplicate-idempotency-key`: Duplicate idempotency key. `invalid-transition`: Invalid transition. `insufficient-balance`: Insufficient balance. `day-taken`: Day already taken. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ChangeRequestConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `scale-exceeded`: Too many decimals. `unknown-policy`: Unknown policy. `unknown-calendar`: Unknown calendar. `no-working-days`: No working days. `outside-employment`: Outside employment. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ChangeRequestUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    readRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The request. */
                request: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "r-17",
                     *       "entity": "ada",
                     *       "resource": "annual-leave",
                     *       "policy": null,
                     *       "status": "approved",
                     *       "version": 2,
                     *       "from": "2026-07-06",
                     *       "to": "2026-07-07",
                     *       "fromPortion": "full",
                     *       "toPortion": "am",
                     *       "hoursPerDay": null,
                     *       "days": [
                     *         {
                     *           "date": "2026-07-06",
                     *           "portion": "full",
                     *           "amount": "1.0",
                     *           "policy": "annual-leave",
                     *           "status": "approved"
                     *         },
                     *         {
                     *           "date": "2026-07-07",
                     *           "portion": "am",
                     *           "amount": "0.5",
                     *           "policy": "annual-leave",
                     *           "status": "approved"
                     *         }
                     *       ],
                     *       "total": "1.5",
                     *       "cancellation": null,
                     *       "waitingFor": [],
                     *       "reason": "Holidays in Tyrol",
                     *       "submittedAt": "2026-06-01T08:15:30.250Z",
                     *       "submittedBy": {
                     *         "type": "employee",
                     *         "id": "ada"
                     *       },
                     *       "decidedAt": "2026-06-02T09:00:00.000Z",
                     *       "decidedBy": {
                     *         "type": "manager",
                     *         "id": "m1"
                     *       },
                     *       "history": [
                     *         {
                     *           "version": 1,
                     *           "type": "request-submitted",
                     *           "at": "2026-06-01T08:15:30.250Z",
                     *           "by": {
                     *             "type": "employee",
                     *             "id": "ada"
                     *           },
                     *           "comment": "Holidays in Tyrol",
                     *           "cause": null
                     *         },
                     *         {
                     *           "version": 2,
                     *           "type": "request-approved",
                     *           "at": "2026-06-02T09:00:00.000Z",
                     *           "by": {
                     *             "type": "manager",
                     *             "id": "m1"
                     *           },
                     *           "comment": "Enjoy it",
                     *           "cause": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Request"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listAbsences: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The request. */
                request: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who, and when. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "request": "r-16",
                     *           "transaction": null,
                     *           "entity": "e2",
                     *           "resource": "annual-leave",
                     *           "status": "approved",
                     *           "days": [
                     *             {
                     *               "date": "2026-07-06",
                     *               "portion": "full"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Absences"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    readAwayCalendar: {
        parameters: {
            query: {
                /** @description First day. */
                from: string;
                /** @description Last day, at most 366 days in all. */
                to: string;
                /** @description Only this entity. */
                entity?: string;
                /** @description Only entities that are of this department now. */
                department?: string;
                /** @description Only entities that have this manager now. */
                manager?: string;
                /** @description Whether it is decided. */
                status?: "pending" | "approved";
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AwayCalendar"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listCalendarFeeds: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarFeedPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    createCalendarFeed: {
        parameters: {
            query?: never;
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        /** @description One of the three. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "manager": "m1"
                 *     }
                 */
                "application/json": components["schemas"]["CalendarFeedDefinition"];
            };
        };
        responses: {
            /** @description Made. A replay has no `url`. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeCalendarFeed"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DuplicateIdempotencyKeyProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["CreateCalendarFeedUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    revokeCalendarFeed: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The book. */
                book: string;
                /** @description The feed. */
                feed: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarFeed"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    recordAccrual: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "entity": "ada",
                 *       "policy": "annual-leave",
                 *       "amount": "2.5",
                 *       "effectiveOn": "2026-01-31",
                 *       "reference": "accrual-2026-01"
                 *     }
                 */
                "application/json": components["schemas"]["Accrual"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordAccrualForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `period-closed`: Period closed. `version-conflict`: Version conflict. `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordAccrualConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `unknown-policy`: Unknown policy. `scale-exceeded`: Too many decimals. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordAccrualUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    recordConsumption: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "entity": "ada",
                 *       "policy": "annual-leave",
                 *       "amount": "1",
                 *       "effectiveOn": "2026-03-02",
                 *       "portion": "full"
                 *     }
                 */
                "application/json": components["schemas"]["Consumption"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordConsumptionForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `period-closed`: Period closed. `version-conflict`: Version conflict. `duplicate-idempotency-key`: Duplicate idempotency key. `insufficient-balance`: Insufficient balance. `day-taken`: Day already taken. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordConsumptionConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `unknown-policy`: Unknown policy. `scale-exceeded`: Too many decimals. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordConsumptionUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    recordAdjustment: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "entity": "ada",
                 *       "policy": "annual-leave",
                 *       "amount": "-0.5",
                 *       "effectiveOn": "2026-01-31",
                 *       "reason": "Counted twice"
                 *     }
                 */
                "application/json": components["schemas"]["Adjustment"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordAdjustmentForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `period-closed`: Period closed. `version-conflict`: Version conflict. `duplicate-idempotency-key`: Duplicate idempotency key. `insufficient-balance`: Insufficient balance. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordAdjustmentConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `unknown-policy`: Unknown policy. `scale-exceeded`: Too many decimals. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordAdjustmentUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    recordReversal: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "transaction": "42.1",
                 *       "reason": "Cancelled"
                 *     }
                 */
                "application/json": components["schemas"]["Reversal"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordReversalForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. `unknown-transaction`: Unknown transaction. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordReversalNotFound"];
                };
            };
            /** @description `period-closed`: Period closed. `version-conflict`: Version conflict. `duplicate-idempotency-key`: Duplicate idempotency key. `already-reversed`: Already reversed. `insufficient-balance`: Insufficient balance. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordReversalConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `not-reversible`: Not reversible. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordReversalUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listTransactions: {
        parameters: {
            query?: {
                /** @description Only this entity. */
                entity?: string;
                /** @description Only this policy. */
                policy?: string;
                /** @description Only this resource. */
                resource?: string;
                /** @description A reversal undoes one of the others; `pending` is held by a request that is not decided yet. */
                type?: "accrual" | "consumption" | "pending" | "reversal" | "adjustment";
                /** @description First effective day. */
                from?: string;
                /** @description Last effective day. */
                to?: string;
                /** @description Only transactions with this reference. */
                reference?: string;
                /** @description Only transactions recorded after this position. */
                afterPosition?: number;
                /** @description `metadata`: shows it, as a member of each transaction. */
                include?: "metadata";
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransactionPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    recordTransactions: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reference": "leave-17",
                 *       "transactions": [
                 *         {
                 *           "type": "consumption",
                 *           "entity": "ada",
                 *           "policy": "annual-leave",
                 *           "amount": "1",
                 *           "effectiveOn": "2026-03-02"
                 *         },
                 *         {
                 *           "type": "consumption",
                 *           "entity": "ada",
                 *           "policy": "annual-leave",
                 *           "amount": "1",
                 *           "effectiveOn": "2026-03-03"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["Transactions"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordTransactionsForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. `unknown-transaction`: Unknown transaction. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordTransactionsNotFound"];
                };
            };
            /** @description `period-closed`: Period closed. `version-conflict`: Version conflict. `duplicate-idempotency-key`: Duplicate idempotency key. `day-taken`: Day already taken. `already-reversed`: Already reversed. `insufficient-balance`: Insufficient balance. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordTransactionsConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `unknown-policy`: Unknown policy. `scale-exceeded`: Too many decimals. `not-reversible`: Not reversible. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RecordTransactionsUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    readTransaction: {
        parameters: {
            query?: {
                /** @description `metadata`: shows it, as a member of each transaction. */
                include?: "metadata";
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The transaction. */
                transaction: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The transaction. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transaction"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `unknown-transaction`: Unknown transaction. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ReadTransactionNotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    recordBulk: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkCommand"][];
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description One outcome for each command, in their order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkOutcome"][];
                    "application/x-ndjson": string;
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listBalances: {
        parameters: {
            query?: {
                /** @description Only this entity. */
                entity?: string;
                /** @description Only this policy. */
                policy?: string;
                /** @description Only this resource. */
                resource?: string;
                /** @description The end of this day; of today in the book's time zone, unless given. */
                asOf?: string;
                /** @description A position, or an instant (RFC 3339): only what was recorded up to then. The head, unless given. */
                knownAt?: string;
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
                /** @description Of `text/csv`: what stands between two fields: a comma, a semicolon or a tab. A comma unless given; a semicolon where `decimal` is a comma. */
                delimiter?: string;
                /** @description Of `text/csv`: what stands before the decimals of a quantity. A point unless given. */
                decimal?: string;
                /** @description Of `text/csv`: which columns, in this order. The members that every balance has unless given. `lapsed` and `encashed` are empty where rules have never taken anything; `personnelNumber` and `email` are those of the profile of the entity now, empty where it has none. */
                columns?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Balances"];
                    "text/csv": string;
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listEntityBalances: {
        parameters: {
            query?: {
                /** @description Only this policy. */
                policy?: string;
                /** @description Only this resource. */
                resource?: string;
                /** @description The end of this day; of today in the book's time zone, unless given. */
                asOf?: string;
                /** @description A position, or an instant (RFC 3339): only what was recorded up to then. The head, unless given. */
                knownAt?: string;
                /** @description Shows beside each balance, in `projected`, what the rules will have posted by `asOf`; policies that the entity is only assigned to are among them. Up to 1,000, on one page; not with `knownAt`, `cursor` or CSV. */
                projected?: boolean;
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
                /** @description Of `text/csv`: what stands between two fields: a comma, a semicolon or a tab. A comma unless given; a semicolon where `decimal` is a comma. */
                delimiter?: string;
                /** @description Of `text/csv`: what stands before the decimals of a quantity. A point unless given. */
                decimal?: string;
                /** @description Of `text/csv`: which columns, in this order. The members that every balance has unless given. `lapsed` and `encashed` are empty where rules have never taken anything; `personnelNumber` and `email` are those of the profile of the entity now, empty where it has none. */
                columns?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Balances"];
                    "text/csv": string;
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    readStatement: {
        parameters: {
            query: {
                /** @description Under which policy. */
                policy: string;
                /** @description First effective day. */
                from?: string;
                /** @description Last effective day. */
                to?: string;
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Statement"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `unknown-policy`: Unknown policy. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownPolicyProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    readExplanation: {
        parameters: {
            query: {
                /** @description Under which policy. */
                policy: string;
                /** @description The end of this day; of today, unless given. */
                asOf?: string;
                /** @description A position, or an instant (RFC 3339): only what was recorded up to then. The head, unless given. */
                knownAt?: string;
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `unknown-policy`: Unknown policy. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ReadExplanationUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listLots: {
        parameters: {
            query: {
                /** @description Under which policy. */
                policy: string;
                /** @description The end of this day; of today, unless given. */
                asOf?: string;
                /** @description A position, or an instant (RFC 3339): only what was recorded up to then. The head, unless given. */
                knownAt?: string;
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LotPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `unknown-policy`: Unknown policy. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ListLotsUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    readForecast: {
        parameters: {
            query: {
                /** @description Under which policy. */
                policy: string;
                /** @description It begins with the end of this day; of today, unless given. */
                asOf?: string;
                /** @description The last day: at most 10 years after `asOf`, and one year after it unless given. */
                until?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it goes on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Forecast"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `unknown-policy`: Unknown policy. `not-worked-out`: Not worked out. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ReadForecastUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listEntitlements: {
        parameters: {
            query: {
                /** @description Under which policy. */
                policy: string;
                /** @description Only of this entity. */
                entity?: string;
                /** @description The leave year that begins in this year of the calendar. */
                year?: number;
                /** @description The leave year that this day is in. Unless this or `year` is given: that of today. */
                on?: string;
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntitlementPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `unknown-policy`: Unknown policy. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownPolicyProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listRuns: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    startRun: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "through": "2026-12-31"
                 *     }
                 */
                "application/json": components["schemas"]["RunOrder"];
            };
        };
        responses: {
            /** @description A dry run: what would be posted. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedRun"];
                };
            };
            /** @description All of it is posted. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedRun"];
                };
            };
            /** @description It goes on. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedRun"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DuplicateIdempotencyKeyProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `unknown-policy`: Unknown policy. `rule-violated`: Rule violated. `not-due`: Not due. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["StartRunUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    readRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The run. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listSnapshots: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SnapshotPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    takeSnapshot: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "asOf": "2026-03-31",
                 *       "name": "Payroll March 2026"
                 *     }
                 */
                "application/json": components["schemas"]["SnapshotOrder"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TakenSnapshot"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TakenSnapshot"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DuplicateIdempotencyKeyProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `unknown-policy`: Unknown policy. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TakeSnapshotUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    readSnapshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The snapshot. */
                snapshot: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The snapshot. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snapshot"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    readSnapshotBalances: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
                /** @description Of `text/csv`: what stands between two fields: a comma, a semicolon or a tab. A comma unless given; a semicolon where `decimal` is a comma. */
                delimiter?: string;
                /** @description Of `text/csv`: what stands before the decimals of a quantity. A point unless given. */
                decimal?: string;
                /** @description Of `text/csv`: which columns, in this order. The members that every balance has unless given. `lapsed` and `encashed` are empty where rules have never taken anything; `personnelNumber` and `email` are those of the profile of the entity now, empty where it has none. */
                columns?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The snapshot. */
                snapshot: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Balances. In the other forms each is a line with the members of an item of the page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SnapshotBalances"];
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listSnapshotChanges: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The snapshot. */
                snapshot: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SnapshotChanges"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    readCalendar: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The calendar. */
                calendar: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The calendar. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "de-by",
                     *       "workingDays": {
                     *         "mon": "1",
                     *         "tue": "1",
                     *         "wed": "1",
                     *         "thu": "1",
                     *         "fri": "1",
                     *         "sat": "0",
                     *         "sun": "0"
                     *       },
                     *       "weeks": null,
                     *       "weeksFrom": null,
                     *       "hoursPerDay": "8",
                     *       "holidays": [
                     *         {
                     *           "date": "2026-12-24",
                     *           "name": "Christmas Eve",
                     *           "portion": "pm"
                     *         }
                     *       ],
                     *       "workedDays": [],
                     *       "region": "DE-BY",
                     *       "publicHolidays": {
                     *         "from": 2026,
                     *         "to": 2026,
                     *         "holidays": [
                     *           {
                     *             "date": "2026-01-01",
                     *             "name": "Neujahr",
                     *             "portion": "full"
                     *           }
                     *         ]
                     *       },
                     *       "version": 1,
                     *       "effectiveFrom": "1900-01-01",
                     *       "position": 42,
                     *       "recordedAt": "2026-06-01T08:15:30.250Z",
                     *       "hash": "9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f"
                     *     }
                     */
                    "application/json": components["schemas"]["Calendar"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    defineCalendar: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The calendar. */
                calendar: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "workingDays": {
                 *         "mon": "1",
                 *         "tue": "1",
                 *         "wed": "1",
                 *         "thu": "1",
                 *         "fri": "1",
                 *         "sat": "0",
                 *         "sun": "0"
                 *       },
                 *       "hoursPerDay": "8",
                 *       "holidays": [
                 *         {
                 *           "date": "2026-12-24",
                 *           "name": "Christmas Eve",
                 *           "portion": "pm"
                 *         }
                 *       ],
                 *       "region": "DE-BY"
                 *     }
                 */
                "application/json": components["schemas"]["CalendarDefinition"];
            };
        };
        responses: {
            /** @description Nothing changed: what is defined already. Or a dry run: what would be defined. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedCalendar"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "de-by",
                     *       "workingDays": {
                     *         "mon": "1",
                     *         "tue": "1",
                     *         "wed": "1",
                     *         "thu": "1",
                     *         "fri": "1",
                     *         "sat": "0",
                     *         "sun": "0"
                     *       },
                     *       "weeks": null,
                     *       "weeksFrom": null,
                     *       "hoursPerDay": "8",
                     *       "holidays": [
                     *         {
                     *           "date": "2026-12-24",
                     *           "name": "Christmas Eve",
                     *           "portion": "pm"
                     *         }
                     *       ],
                     *       "workedDays": [],
                     *       "region": "DE-BY",
                     *       "publicHolidays": {
                     *         "from": 2026,
                     *         "to": 2026,
                     *         "holidays": [
                     *           {
                     *             "date": "2026-01-01",
                     *             "name": "Neujahr",
                     *             "portion": "full"
                     *           }
                     *         ]
                     *       },
                     *       "version": 1,
                     *       "effectiveFrom": "1900-01-01",
                     *       "position": 42,
                     *       "recordedAt": "2026-06-01T08:15:30.250Z",
                     *       "hash": "9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f"
                     *     }
                     */
                    "application/json": components["schemas"]["DefinedCalendar"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DuplicateIdempotencyKeyProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefineCalendarUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listCalendars: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listCalendarVersions: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The calendar. */
                calendar: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    defineCalendarHoliday: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The calendar. */
                calendar: string;
                /** @description The date. */
                date: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SingleHolidayDefinition"];
            };
        };
        responses: {
            /** @description Nothing changed: what is defined already. Or a dry run: what would be defined. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedCalendar"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedCalendar"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DuplicateIdempotencyKeyProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `unknown-calendar`: Unknown calendar. `idempotency-key-reused`: Idempotency key reused. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefineCalendarHolidayUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    removeCalendarHoliday: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The calendar. */
                calendar: string;
                /** @description The date. */
                date: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing changed: what is defined already. Or a dry run: what would be defined. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedCalendar"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedCalendar"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DuplicateIdempotencyKeyProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `unknown-calendar`: Unknown calendar. `idempotency-key-reused`: Idempotency key reused. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RemoveCalendarHolidayUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    readPublicHolidays: {
        parameters: {
            query: {
                /** @description A country (ISO 3166-1) or a part of one (ISO 3166-2). */
                region: string;
                /** @description The year. */
                year: number;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The year. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicHolidaysOfYear"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    defineWorkPattern: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
                /** @description The day from which it holds. */
                effectiveFrom: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "workingDays": {
                 *         "mon": "1",
                 *         "tue": "1",
                 *         "wed": "1",
                 *         "thu": "0",
                 *         "fri": "0",
                 *         "sat": "0",
                 *         "sun": "0"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WorkPatternDefinition"];
            };
        };
        responses: {
            /** @description Nothing changed: what is defined already. Or a dry run: what would be defined. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedWorkPattern"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinedWorkPattern"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. `own-account`: Own account. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefineWorkPatternForbidden"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DuplicateIdempotencyKeyProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `unknown-calendar`: Unknown calendar. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefineWorkPatternUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listWorkPatterns: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkPatternPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    closePeriod: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The month. */
                period: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Payroll has run"
                 *     }
                 */
                "application/json": components["schemas"]["ClosePeriod"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedPeriod"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedPeriod"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. `invalid-transition`: Invalid transition. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ClosePeriodConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ClosePeriodUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    reopenPeriod: {
        parameters: {
            query?: {
                /** @description Decide exactly as the real command would, and record nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description The name of one intent in its book: the same key gives the same outcome, for ever. No blank at either end. In quotation marks, as a string of a structured field, it is the same key as without. */
                "Idempotency-Key"?: string;
                /** @description Who acts: recorded as the actor of the event; who really called stands in its `decision.via`. It needs the right `actors:act-for`, and names an `employee` or a `manager` that the book knows. `admin` and `system` also need `actors:act-as-service`; the names of the service’s own jobs are nobody else’s. Whatever does not fit is 403 `forbidden`. Rights stay those of the caller. Left out: the entity that the caller is, as `employee`, or as `manager` where the call decides about somebody else; else the caller, as `client`, `user` or `admin:root`. */
                "Daybook-Actor"?: string;
                /** @description Names the client, or one window of it, that acts: kept as `session` of what may be erased of the event, and not told of it by `…/live`. */
                "Daybook-Client-Id"?: string;
                /** @description `handling=strict`: a replay is answered 409 `duplicate-idempotency-key` instead of the first outcome. */
                Prefer?: string;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The month. */
                period: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "A collective agreement in arrears"
                 *     }
                 */
                "application/json": components["schemas"]["ReopenPeriod"];
            };
        };
        responses: {
            /** @description A dry run: what would be recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedPeriod"];
                };
            };
            /** @description Recorded, durably. A replay has the same body. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedPeriod"];
                };
            };
            /** @description `invalid-request`: Invalid request. `idempotency-key-missing`: Idempotency key missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidCommand"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `duplicate-idempotency-key`: Duplicate idempotency key. `invalid-transition`: Invalid transition. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ReopenPeriodConflict"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `idempotency-key-reused`: Idempotency key reused. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["IdempotencyKeyReusedProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listPeriods: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeriodPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    readStats: {
        parameters: {
            query?: {
                /** @description First day of the events, by when they were recorded (UTC); 30 days in all, unless given. */
                from?: string;
                /** @description Last day of the events, at most 366 days in all; today (UTC), unless given. */
                to?: string;
                /** @description The end of the day that balances are summed up to, and whose year is looked at; today in the book's time zone, unless given. */
                asOf?: string;
                /** @description The most consumers of each resource and unit. */
                top?: number;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The statistics. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description Only what this actor did, as `<type>:<id>`; `nobody`: whoever was not known. */
                actor?: string;
                /** @description Only calls of this operation, by its id in the OpenAPI document; or what has no call, such as `recountRequest`. One that there is not is refused, and those that there are listed. */
                action?: string;
                /** @description Only what ended so. */
                outcome?: "accepted" | "refused" | "failed";
                /** @description Only from the beginning of this day on, or from this instant on. Days are those of the book, and where there is none of UTC. */
                from?: string;
                /** @description Only to the end of this day, or before this instant. Days are those of the book, and where there is none of UTC. */
                to?: string;
                /** @description Only what is about this entity. */
                entity?: string;
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By time. In the stream each is a line, as an item of the page is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                    "application/x-ndjson": string;
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    listServiceAudit: {
        parameters: {
            query?: {
                /** @description Only what this actor did, as `<type>:<id>`; `nobody`: whoever was not known. */
                actor?: string;
                /** @description Only calls of this operation, by its id in the OpenAPI document; or what has no call, such as `recountRequest`. One that there is not is refused, and those that there are listed. */
                action?: string;
                /** @description Only what ended so. */
                outcome?: "accepted" | "refused" | "failed";
                /** @description Only from the beginning of this day on, or from this instant on. Days are those of the book, and where there is none of UTC. */
                from?: string;
                /** @description Only to the end of this day, or before this instant. Days are those of the book, and where there is none of UTC. */
                to?: string;
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By time. In the stream each is a line, as an item of the page is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                    "application/x-ndjson": string;
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listAccesses: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The entity. */
                entity: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    readAccessReview: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReview"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    readEvents: {
        parameters: {
            query?: {
                /** @description Only events after this position, which the book has to reach, or 503 `not-caught-up`; from the first, unless given. */
                after?: number;
                /** @description The most events. Of a JSON page 50 unless given, and fewer where they are large; of a stream all unless given. */
                limit?: number;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
                /** @description Of `text/event-stream`: the last position seen; goes before `after`. */
                "Last-Event-ID"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events in the order of their positions. In the streams each is a document like an item of the page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Events"];
                    "application/x-ndjson": string;
                    "text/event-stream": string;
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    createLiveTicket: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ticket. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveTicket"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    openLive: {
        parameters: {
            query?: {
                /** @description A ticket of `POST …/live/tickets`, for clients that cannot send `Authorization`, as browsers. */
                token?: string;
            };
            header?: never;
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Messages, each a text of JSON. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveMessage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `upgrade-required`: Upgrade required. */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UpgradeRequiredProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    readWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
                /** @description The webhook. */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `not-found`: Not found. `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ReadWebhookNotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    defineWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The book. */
                book: string;
                /** @description The webhook. */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://hr.example.com/daybook",
                 *       "events": [
                 *         "request-approved",
                 *         "request-cancelled"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["WebhookDefinition"];
            };
        };
        responses: {
            /** @description Defined anew, with the secret it has. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
            /** @description Made. Its secret is shown this once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `webhook-address-refused`: Webhook address refused. `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["DefineWebhookUnacceptable"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    removeWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The book. */
                book: string;
                /** @description The webhook. */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
            };
            path: {
                /** @description The book. */
                book: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnknownBookProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. `not-caught-up`: Not caught up. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableRead"];
                };
            };
        };
    };
    rotateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The book. */
                book: string;
                /** @description The webhook. */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookRotation"];
            };
        };
        responses: {
            /** @description The webhook, with its new secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RuleViolatedProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                /** @description The most items of one page. */
                limit?: number;
                /** @description `nextCursor` of the page before, with the other parameters unchanged. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The book. */
                book: string;
                /** @description The webhook. */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryPage"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    replayWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The book. */
                book: string;
                /** @description The webhook. */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "after": 41
                 *     }
                 */
                "application/json": components["schemas"]["WebhookReplay"];
            };
        };
        responses: {
            /** @description The webhook, as it is from now on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The book. */
                book: string;
                /** @description The webhook. */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTest"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `forbidden`: Forbidden. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ForbiddenProblem"];
                };
            };
            /** @description `unknown-book`: Unknown book. `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFound"];
                };
            };
            /** @description `rule-violated`: Rule violated. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RuleViolatedProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    readCalendarFeed: {
        parameters: {
            query?: never;
            header?: {
                /** @description Wait, for at most 2 seconds, until the read shows this position; otherwise 503 `not-caught-up`. */
                "Daybook-Min-Position"?: number;
                /** @description `ETag` of the answer that the caller has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The secret part of the `url` of a feed, with `.ics` behind it. */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The calendar. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/calendar": string;
                };
            };
            /** @description It is the one that `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `not-caught-up`: Not caught up. `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ReadCalendarFeedUnavailable"];
                };
            };
        };
    };
    choosePassword: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The invitation. */
                token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChoice"];
            };
        };
        responses: {
            /** @description Chosen. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChosenFor"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `weak-password`: Weak password. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["WeakPasswordProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    beginSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which login server of `DAYBOOK_OIDC`, counted from 0. */
                n: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Go on at the login server. */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `login-server-unavailable`: Login server unavailable. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["LoginServerUnavailableProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    finishSignIn: {
        parameters: {
            query?: {
                /** @description What it was sent, unchanged. */
                state?: string;
                /** @description What the ID token is asked for with. */
                code?: string;
                /** @description Which login server it is (RFC 9207). */
                iss?: string;
                /** @description Why there is no code. */
                error?: string;
            };
            header?: never;
            path: {
                /** @description Which login server of `DAYBOOK_OIDC`, counted from 0. */
                n: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed in. */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-request`: Invalid request. `sign-in-failed`: Not signed in. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["FinishSignInInvalid"];
                };
            };
            /** @description `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `login-server-unavailable`: Login server unavailable. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["LoginServerUnavailableProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    endSessionsOfLogin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which login server of `DAYBOOK_OIDC`, counted from 0. */
                n: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["LogoutToken"];
            };
        };
        responses: {
            /** @description Ended, as far as there were any. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description `too-large`: Request too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooLargeProblem"];
                };
            };
            /** @description `unsupported-media-type`: Unsupported media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    readFrontPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    "text/plain": string;
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
        };
    };
    readLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
        };
    };
    readReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    readHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description Something is not. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    readMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `unauthenticated`: Not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnauthenticatedProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
        };
    };
    readSigningKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningKeySet"];
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
            /** @description `internal`: Internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InternalProblem"];
                };
            };
            /** @description `unavailable`: Unavailable. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["UnavailableProblem"];
                };
            };
        };
    };
    listProblems: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                    "text/html": string;
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
        };
    };
    readProblem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The code of a problem. */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                    "text/html": string;
                };
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `not-found`: Not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["NotFoundProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
        };
    };
    readOpenApi: {
        parameters: {
            query?: never;
            header?: {
                /** @description `ETag` of the answer that the caller has. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description It is the one that `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-request`: Invalid request. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                };
            };
            /** @description `too-many-requests`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
                };
            };
        };
    };
    receiveEvent: {
        parameters: {
            query?: never;
            header: {
                /** @description Names what is sent, the same at every attempt: of an event `<book>.<position>`. */
                "webhook-id": string;
                /** @description When this attempt was made, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and in base64 the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, by the secret of the webhook: the bytes that stand in base64 behind `whsec_`. While two secrets hold there are two, with a blank between them. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description The type of the event.
                     * @example request-approved
                     */
                    type: string;
                    /**
                     * Format: date-time
                     * @description When the event was recorded.
                     * @example 2026-03-31T08:15:30.250Z
                     */
                    timestamp: string;
                    /**
                     * SentEvent
                     * @description What one accepted command recorded, as `GET …/events` shows it; `erasable` only where the webhook includes it.
                     */
                    data: {
                        /**
                         * @description The book.
                         * @example main
                         */
                        book: string;
                        /**
                         * Format: int64
                         * @description Its place in the history of its book: 1, 2, 3 … without a gap.
                         * @example 42
                         */
                        position: number;
                        /**
                         * Format: date-time
                         * @description When the database wrote it.
                         * @example 2026-03-31T08:15:30.250Z
                         */
                        recordedAt: string;
                        /**
                         * @description SHA-256 of the event, which covers the one before it.
                         * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
                         */
                        hash: string;
                        /**
                         * @description What happened, in the past tense.
                         * @example accrual-recorded
                         */
                        type: string;
                        /**
                         * @description The name that its caller gave the command.
                         * @example payroll-2026-03-e1
                         */
                        idempotencyKey: string;
                        actor: components["schemas"]["Actor"];
                        /** @description What the command said beyond its transactions and `erasable`. */
                        data: {
                            [key: string]: unknown;
                        };
                        transactions: {
                            [key: string]: unknown;
                        }[];
                        /** @description On what grounds the command was accepted. */
                        decision: {
                            [key: string]: unknown;
                        };
                        /**
                         * @description SHA-256 of the canonical JSON of `erasable`; stays when that is erased.
                         * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
                         */
                        erasableDigest: string;
                        /**
                         * @description `hash` of the event before it; 64 zeros at position 1.
                         * @example 9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
                         */
                        previousHash: string;
                        /** @description null once it was erased. */
                        erasable?: {
                            [key: string]: unknown;
                        } | null;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody is there any more: the webhook is disabled at once. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is taken: the next event is sent. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, a redirect too, and no answer within ten seconds: it is sent again after 5 seconds, then after twice as long each time, up to an hour. After three days without success the webhook is disabled. */
            default: {
                headers: {
                    /** @description Seconds, or an instant (RFC 9110): it is left alone for so long, where that is longer; a day at most. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveTest: {
        parameters: {
            query?: never;
            header: {
                /** @description Names what is sent, the same at every attempt: of an event `<book>.<position>`. */
                "webhook-id": string;
                /** @description When this attempt was made, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and in base64 the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, by the secret of the webhook: the bytes that stand in base64 behind `whsec_`. While two secrets hold there are two, with a blank between them. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description That it is no event.
                     * @constant
                     */
                    type: "webhook-test";
                    /**
                     * Format: date-time
                     * @description When it was asked for.
                     * @example 2026-03-31T08:15:30.250Z
                     */
                    timestamp: string;
                    /** TriedWebhook */
                    data: {
                        /**
                         * @description The book.
                         * @example main
                         */
                        book: string;
                        /**
                         * @description The webhook.
                         * @example hr-suite
                         */
                        webhook: string;
                    };
                };
            };
        };
        responses: {
            /** @description Nobody is there any more: the webhook is disabled at once. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is taken: the next event is sent. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, a redirect too, and no answer within ten seconds: it is sent again after 5 seconds, then after twice as long each time, up to an hour. After three days without success the webhook is disabled. */
            default: {
                headers: {
                    /** @description Seconds, or an instant (RFC 9110): it is left alone for so long, where that is longer; a day at most. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}

/** Every problem that an operation answers with, told apart by `code`. */
export type OperationProblem =
    | components["schemas"]["AlreadyLeftProblem"]
    | components["schemas"]["AlreadyReversedProblem"]
    | components["schemas"]["AssignmentOverlapProblem"]
    | components["schemas"]["DayTakenProblem"]
    | components["schemas"]["DuplicateIdempotencyKeyProblem"]
    | components["schemas"]["EmailTakenProblem"]
    | components["schemas"]["ForbiddenProblem"]
    | components["schemas"]["IdempotencyKeyMissingProblem"]
    | components["schemas"]["IdempotencyKeyReusedProblem"]
    | components["schemas"]["InsufficientBalanceProblem"]
    | components["schemas"]["InternalProblem"]
    | components["schemas"]["InvalidCredentialsProblem"]
    | components["schemas"]["InvalidRequestProblem"]
    | components["schemas"]["InvalidTransitionProblem"]
    | components["schemas"]["LastAdminProblem"]
    | components["schemas"]["LoginServerUnavailableProblem"]
    | components["schemas"]["NoWorkingDaysProblem"]
    | components["schemas"]["NotCaughtUpProblem"]
    | components["schemas"]["NotDueProblem"]
    | components["schemas"]["NotFoundProblem"]
    | components["schemas"]["NotReversibleProblem"]
    | components["schemas"]["NotWorkedOutProblem"]
    | components["schemas"]["OutsideEmploymentProblem"]
    | components["schemas"]["OwnAccountProblem"]
    | components["schemas"]["OwnRequestProblem"]
    | components["schemas"]["PeriodClosedProblem"]
    | components["schemas"]["PolicyDoesNotEarnProblem"]
    | components["schemas"]["RuleViolatedProblem"]
    | components["schemas"]["ScaleExceededProblem"]
    | components["schemas"]["SignInFailedProblem"]
    | components["schemas"]["StillEmployedProblem"]
    | components["schemas"]["TooLargeProblem"]
    | components["schemas"]["TooManyRequestsProblem"]
    | components["schemas"]["UnauthenticatedProblem"]
    | components["schemas"]["UnavailableProblem"]
    | components["schemas"]["UnknownBookProblem"]
    | components["schemas"]["UnknownCalendarProblem"]
    | components["schemas"]["UnknownPolicyProblem"]
    | components["schemas"]["UnknownRoleProblem"]
    | components["schemas"]["UnknownTransactionProblem"]
    | components["schemas"]["UnsupportedMediaTypeProblem"]
    | components["schemas"]["UpgradeRequiredProblem"]
    | components["schemas"]["VersionConflictProblem"]
    | components["schemas"]["WeakPasswordProblem"]
    | components["schemas"]["WebhookAddressRefusedProblem"]

/** The operations that take an idempotency key. */
export const COMMANDS: ReadonlySet<string> = /* @__PURE__ */ new Set([
    "PUT /v1/books/{book}",
    "PUT /v1/books/{book}/policies/{policy}",
    "PUT /v1/books/{book}/entities/{entity}/employments/{from}",
    "PUT /v1/books/{book}/entities/{entity}",
    "POST /v1/books/{book}/entities/{entity}/erase",
    "PUT /v1/books/{book}/retention",
    "PUT /v1/books/{book}/entities/{entity}/assignments/{assignment}",
    "POST /v1/books/{book}/worked-hours",
    "POST /v1/books/{book}/worked-hours/{workedHours}/reverse",
    "POST /v1/books/{book}/notices",
    "POST /v1/books/{book}/encashments",
    "POST /v1/books/{book}/entities/{entity}/leaving",
    "PUT /v1/books/{book}/entities/{entity}/delegations/{delegate}",
    "POST /v1/books/{book}/requests",
    "POST /v1/books/{book}/requests/{request}/approve",
    "POST /v1/books/{book}/requests/{request}/reject",
    "POST /v1/books/{book}/requests/{request}/cancel",
    "POST /v1/books/{book}/requests/{request}/change",
    "POST /v1/books/{book}/calendar-feeds",
    "POST /v1/books/{book}/accruals",
    "POST /v1/books/{book}/consumptions",
    "POST /v1/books/{book}/adjustments",
    "POST /v1/books/{book}/reversals",
    "POST /v1/books/{book}/transactions",
    "POST /v1/books/{book}/runs",
    "POST /v1/books/{book}/snapshots",
    "PUT /v1/books/{book}/calendars/{calendar}",
    "PUT /v1/books/{book}/calendars/{calendar}/holidays/{date}",
    "DELETE /v1/books/{book}/calendars/{calendar}/holidays/{date}",
    "PUT /v1/books/{book}/entities/{entity}/work-patterns/{effectiveFrom}",
    "POST /v1/books/{book}/periods/{period}/close",
    "POST /v1/books/{book}/periods/{period}/reopen",
]);
