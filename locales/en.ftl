# The texts of the bot in the chats. Every text here has its counterpart in ru.ftl.
# `finding-…`: in English a finding is shown in the detector's own words, so these are compared with, or never shown.

## Figures

money = { $amount } RUB
size = { $amount } MB
percent = { $amount }%
milliseconds = { $amount } ms
days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
yes = yes
no = no

## Times

just-now = just now
ago = { $duration } ago
ago-and-when = { $ago } ({ $moment })
moment = { $day } { $time }
day = { $day } { $month }
day-of-a-year = { $day } { $month } { $year }
month = { $number ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
duration-days = { $count } d
duration-hours = { $count } h
duration-minutes = { $count } min
duration-seconds = { $count } s
duration-none = less than a second

## Findings

finding-crash = Detector { $detector } crashed: { $cause }
finding-file-gone = The database file was deleted or moved away while it was in use: { $file }
finding-file-replaced = The database file was replaced while it was in use, and is reopened: { $file }
finding-file-journal = The journal of the database was removed while it was in use; what was written last may be lost, and the file is reopened: { $file }
finding-file-damaged = The database file is damaged: { $file }
finding-latency-several = API p95 latency is not measured: several processes answer in turn at API_METRICS_URL, each with counters of its own; use the multiprocess mode of its metrics library, or a Prometheus that asks each process
finding-unreadable = Values that cannot be read are left out ({ $unreadable_count }): { $unreadable }
finding-more = More faults of this check ({ $more_faults }): { $such_as }
finding-and-more = { $list }; and { $count } more
finding-no-table = No data to look at: there is no { $relation }
finding-no-database = The database is unreachable, so nobody knows
finding-pushed = Another system judges this and pushes its alerts: there is nothing to run here
finding-sql-fault = { $own-text }
finding-sql-pass = Nothing is wrong ({ $rows } rows)
finding-sql-waiting = Wrong, but not for enough runs yet to be told ({ $failing_rows })
finding-sql-several = { $failing_rows } faults: { $list }
finding-sql-many = { $failing_rows } faults at once: { $list }
finding-sql-nothing = The query gives no rows, and so there is nothing to compare
finding-sql-unknown = The query gives no rows, and so nobody knows
finding-sql-timeout = The query has no result within { $limit }
finding-sql-suspended = The check is suspended: its query ran out of time { $timeouts } times in a row. A run of it that ends in time, or a change of its entry, lets it go on
finding-sql-acts = The query calls { $functions }, which may do more than read; only functions that are STABLE or IMMUTABLE can be called
finding-sql-null-key = The key column { $column } is NULL in a row, and so its fault cannot be told from others
finding-sql-key-kind = The key column { $column } holds a number with a fraction, or bytes; expected text, a whole number or a day
finding-sql-long-key = The key of a row is too long to tell faults apart: { $column }
finding-sql-null-value = The value column { $column } is NULL in a row; leave such rows out, or say with COALESCE what they mean
finding-sql-value-kind = The value column { $column } holds no number
finding-sql-too-many = The first { $read_rows } rows are right, and there are more that were not read; let the query give fewer, or raise max_rows
finding-database-answers = The database answers
finding-database-unreachable = The database is unreachable: { $cause }
finding-latency-unmeasured = API p95 latency is not measured: no source is connected, set PROMETHEUS_URL or API_METRICS_URL
finding-latency-blind = API latency cannot be measured: { $cause }
finding-latency-few = Too few requests to judge API p95 latency in the last { $window_minutes } minutes: { $requests }, at least { $fewest_requests } are needed
finding-latency-right = API p95 latency { $current_p95_ms }, SLO { $target_ms }
finding-latency-slow = API p95 latency { $current_p95_ms } exceeds SLO { $target_ms }
finding-latency-open = API p95 latency above { $current_p95_ms }, the highest bucket: SLO { $target_ms } cannot be judged
finding-latency-slow-open = API p95 latency above { $current_p95_ms } exceeds SLO { $target_ms }
finding-scheduler-no-jobs = Scheduler on-time rate is not measured: no jobs are listed in sovani-ops.toml
finding-scheduler-no-runs = Scheduler on-time rate is not measured: there is no job_runs, and no job has sent a heartbeat
finding-scheduler-below = Scheduler on-time rate { $on_time_pct } below SLO { $target_pct }: { $troubles }
finding-scheduler-troubles = { $troubles }
finding-scheduler-lost = { $job } { $good } of { $decided }
finding-scheduler-kept = Scheduler on-time rate { $on_time_pct }, SLO { $target_pct }: { $runs_on_time } of { $runs_due } runs in 24 h
finding-scheduler-kept-but-unlisted = Scheduler on-time rate { $on_time_pct }, SLO { $target_pct }: { $runs_on_time } of { $runs_due } runs in 24 h; not listed: { $unlisted }
finding-scheduler-nothing-due = No job was due in the last 24 h
finding-scheduler-nothing-due-but-unlisted = No job was due in the last 24 h; not listed: { $unlisted }
finding-job-failed = Job { $job } failed at { $at }
finding-job-failed-with = Job { $job } failed at { $at }: { $error }
finding-job-interrupted = interrupted
finding-job-missed = Job { $job } missed its run of { $due }
finding-job-never-run = Job { $job } has never run; it was due { $due }
finding-job-too-long = Job { $job } has been running for { $taken_sec }, longest { $longest_sec }
finding-job-ran-too-long = Job { $job } ran for { $taken_sec }, longest { $longest_sec }
finding-job-awaited = Job { $job } is { $late_sec } late (due { $due }, grace { $grace_sec })
finding-job-late = Job { $job } started { $late_sec } late (due { $due }, grace { $grace_sec })
finding-job-problem-failed = failed
finding-job-problem-missed = missed
finding-job-problem-never-run = never run
finding-job-problem-too-long = runs too long
finding-job-problem-ran-too-long = ran too long
finding-job-problem-awaited = late
finding-job-problem-late = started late
finding-cash-low = Cash balance { $balance } RUB below alert threshold { $threshold } ({ $marketplace })
finding-cash-enough = Lowest cash balance { $balance } RUB ({ $marketplace }), alert threshold { $threshold }
finding-cash-empty = No data to look at: cashflow_daily is empty
finding-ingest-none = No sales data ingested since { $last_date }
finding-ingest-missing = No { $marketplace } sales data ingested since { $last_date }
finding-ingest-rate = Ingest success rate { $success_rate_pct } below SLO { $target_pct }
finding-ingest-never = No sales data ingested since the database was made: daily_sales is empty
finding-ingest-arrives = { $records } sales records since { $due_date }, the newest of { $last_date }
finding-commissions-off = { $outliers_count } commission outliers detected in last { $period_days } days
finding-commissions-right = { $outliers_count } commission outliers in last { $period_days } days, { $tolerated } tolerated
finding-commissions-empty = No data to look at: vw_commission_recon has no rows of the last { $period_days } days
finding-growth-over = Database size { $size_mb } exceeds { $threshold_mb } threshold
finding-growth-over-and-growing = Database size { $size_mb } exceeds { $threshold_mb } threshold, growing { $daily_growth_mb } a day
finding-growth-within = Database size { $size_mb }, threshold { $threshold_mb }
finding-growth-within-and-growing = Database size { $size_mb }, threshold { $threshold_mb }, growing { $daily_growth_mb } a day
finding-growth-within-for-days = Database size { $size_mb }, threshold { $threshold_mb }, growing { $daily_growth_mb } a day, { $left_days } days until the threshold
finding-burn = { $level }: error budget burns { $rate } times too fast ({ $window }: { $rate }, { $short }: { $recent }); at this rate the { $days }-day budget is used up in { $left }
finding-burn-used-up = { $level }: error budget burns { $rate } times too fast ({ $window }: { $rate }, { $short }: { $recent }); the { $days }-day budget is used up
finding-burn-nothing-allowed = { $level }: a target of 100% allows no bad events, and { $bad } of { $events } were bad in { $window }
all-marketplaces = total

## Details

label-balance = Balance
label-threshold = Threshold
label-date = As of
label-marketplace = Marketplace
label-balances = Balances
label-total = In total
label-outliers_count = Outliers
label-unreadable_count = Unreadable values
label-more_faults = Further faults
label-such_as = Such as
label-balances_left_out = Balances not shown
label-marketplaces_left_out = Marketplaces not looked at
label-period_days = Period
label-tolerated = Tolerated
label-rows_checked = Rows checked
label-rows = Rows
label-failing_rows = Faults
label-size_mb = Size
label-threshold_mb = Threshold
label-success_rate_pct = Successful runs
label-target_pct = Target
label-records_24h = Records, 24 h
label-daily_growth_mb = Growth a day
label-left_days = To the threshold
label-last_date = Last sales
label-records = Records
label-due_date = Due
label-budget_left_pct = Budget left
label-events = Events
label-bad_events = Bad events
label-on_time_pct = On time
label-runs_on_time = Runs on time
label-runs_due = Runs due
label-jobs = In trouble
label-unknown_jobs = Not listed
label-job = Job
label-problem = Problem
label-due_at = Due
label-failed_at = Failed at
label-error = Error
label-late_sec = Late by
label-grace_sec = Grace
label-taken_sec = Running time
label-longest_sec = Longest
label-current_p95_ms = p95 now
label-target_ms = Target
label-requests = Requests
label-window_minutes = Window, min
label-fewest_requests = Needed
label-above_highest_bucket = Or longer

## Lists and pages

and-more = … and { $count } more: { $how }
checks-title = Checks ({ $count })
check-not-run = not run yet
check-next = , next { $at }
run-one = /run with a detector
button-newer = ◀ Newer
button-older = Older ▶
button-back = ◀ Back
button-next = Next ▶
runbooks-title = Runbooks
runbooks-advice = Choose one, or name it: /runbook check_db_growth
runbook-page = Page { $page } of { $pages }

## Severities

severity-info = info
severity-warning = warning
severity-error = error
severity-critical = critical

## Alerts

alerts-none = No alerts on record.
alerts-none-of = No { $severity } alerts on record.
alerts-title = The newest alerts
alerts-title-of = The newest { $severity } alerts
alerts-title-older = Older alerts
alerts-title-older-of = Older { $severity } alerts
alerts-shown = { $first }–{ $last } of { $total }
audit-log-broken = ⚠️ AUDIT_LOG ({ $log }) cannot be written: { $why }. The audit continues in the database.
audit-log-back = AUDIT_LOG is written again; what was missing there has been added.
audit-none = Nothing on record yet.
audit-title = Audit
audit-refused = refused
audit-failed = failed
act-acknowledge = acknowledged
act-resolve = closed
act-silence = silenced
act-end-silence = silence ended
act-propose = proposed
act-confirm = confirmed
act-cancel = cancelled
act-remediate = remediation
act-run-detectors = checks run
act-reload-settings = settings reloaded
act-backup = database copied
act-heartbeat = heartbeats
act-forbidden = not allowed
audit-until = until { $until }
audit-done-already = it was done already
audit-check-removed = its check was removed
door-chat = chat
door-rest = REST
door-heartbeat = heartbeats
door-schedule = schedule
door-terminal = terminal
place-private = private chat
place-alerts = alert chat
place-alerts-of-several = alert chat no. { $number }
place-manager = manager's chat
place-chat = chat { $id }
not-delivered = not delivered
lost-chat = ⚠️ Alerts no longer reach chat
lost-chat-why = : { $reason }. Add the bot again, or remove the chat from the settings; the bot tries it again from time to time.
lost-refused = Telegram rejects all messages there: { $words }
chat-is-back = ✅ Alerts reach chat { $chat } again.
here-again = ✅ Alerts reach this chat again. Open incidents follow.
not-taken = ⚠️ Telegram rejects an alert ({ $why }). See { $how }
delivery-blocked = the bot was blocked by the user
delivery-removed = the bot was removed from the chat
delivery-no-chat = there is no such chat
delivery-no-account = the user's account is gone
delivery-no-group = the group is gone
delivery-not-started = the person has not started the bot
delivery-no-rights = the bot may not write there
delivery-no-topic = the topic does not exist
delivery-topic-closed = the topic is closed
delivery-markup = Telegram cannot read the markup
delivery-picture = Telegram does not take the picture
delivery-unchanged = the message is as it was already
delivery-stale-query = the press is too old to be answered
delivery-no-reply = the message that this one answers is gone
test-alert = ✅ Test alert: nothing is wrong. Alerts will arrive in this chat.
second-poller = ⚠️ Another program answers as this bot: commands may get lost. Stop it, or give it a token of its own. Alerts continue.
webhook-removed = ⚠️ A webhook has sent the commands and presses of this bot to { $host }. I have removed it, and answer again. If the program there is needed, give it a bot of its own. Alerts were not affected.
lost-topic = The topic of this alert no longer exists.
closed-topic = The topic of this alert is closed.
no-topic = ⚠️ Chat { $chat } cannot be written to: its general topic is closed. Open it, or name an open topic in the settings.

## Checks

checks-running = ⏳ Running { $count ->
    [one] { $count } check
   *[other] { $count } checks
}…
seconds = { $seconds }s
checks-done = { $passed } passed, { $failed } failed
checks-not-measured = , { $count } not measured
checks-took = in { $seconds }s

## Health and status

health-title = Operational health
last-sweep = Last sweep: { $when }
none-yet = none yet
health-alerts = Alerts, last hour: { $count }
health-critical = Critical, last 24h: { $count }
health-remediations = Remediations, last hour: { $count }
health-failures = Failed remediations, 24h: { $count }
health-last-remediation = Last remediation: { $action } { $status }, { $when }
remediation-status-success = success
remediation-status-failed = failed
remediation-status-running = running
incidents-none = No open incidents.
incidents-open = Open incidents: { $count }
incident-since = opened { $when }, failing checks: { $count }
not-measured-checks = ➖ Not measured: { $checks }
not-measured-without = { $check } (no { $table })
missing-tables = ⚠️ The database { $database } has no { $tables }. What is read there is not measured: { $checks }. If it is not the platform's database, correct DATABASE_URL.
status-running = Started: { $when }
outbox-waiting = Outbox: { $count } waiting, the oldest from { $oldest }
outbox-empty = Outbox: empty
status-chats = Alert chats: { $count }
status-chat-lost = ⚠️ Alerts do not reach chat { $chat }: { $reason }
status-nobody = 🚨 Nobody gets alerts
status-webhook = ⚠️ Of late, somebody has had the commands and presses sent to { $host }
status-remediation-enabled = Remediation: enabled
status-remediation-disabled = Remediation: disabled
status-database = Database: { $database }

## Service levels

slo-title = Service levels
slo-days = { $from } to { $to }: { $count ->
    [one] { $count } day
   *[other] { $count } days
}
slo-pending = , { $count } not due yet
slo-forgotten = , { $count } before the history that is kept
slo-counted-from = , counted from the first sale on { $day }
slo-before-sales = before the first sale
slo-ingest = Ingest success
slo-scheduler = Scheduler on time
slo-latency = API latency p95
slo-not-measured = not measured
slo-not-due = not due yet
slo-no-data = no data
slo-target = (target { $target })
slo-budget-left = budget left { $left }
slo-budget-lasts = budget left { $left }, lasts { $lasts } at this rate
slo-budget-used-up = budget used up ({ $left })
slo-budget-none = no budget at a target of 100%, bad events: { $bad }

## Charts

chart-days = { $from } to { $to }
chart-target = target { $target }
chart-threshold = threshold { $amount }
chart-missed = missed
chart-below = below it
chart-unmeasured = no data
chart-total = total
chart-left-out = { $count } more not drawn
chart-budget-left = Error budget left: { $left }
unit-milliseconds = ms
unit-seconds = s
unit-roubles = RUB
unit-million-roubles = million RUB
unit-billion-roubles = billion RUB
unit-megabytes = MB
unit-gigabytes = GB
trends-title = Trends
trend-cash = Cash balance
trend-size = Database size
trend-no-data = nothing recorded yet
button-trend = 📈 Trend
button-trends = 📈 Trends

## Help and short answers

welcome = Hello { $name }. This bot watches the SoVAni platform and tells you when something breaks.
welcome-role = Your role is { $role }. /help lists what you can do, /health shows how things are.
help-title = Commands
whoami = You are { $name }, id
whoami-role = , role { $role }.
stranger = You are not authorised. Your id is
stranger-advice = ; an administrator can add it.
admins-only = Only administrators may do that.
not-authorised = You are not authorised.
anonymous = This was sent as a chat or a bot, so I cannot tell who sent it. Turn anonymity off and write as yourself, or write to me in a private chat.
ignored = Not done:
ignored-forwarded = forwarded, not written by you
ignored-via-bot = written by another bot
ignored-edited = edited after it was sent
ignored-scheduled = sent on schedule
ignored-caption = written below a picture or a file
ignored-old = written { $ago } before I could read it
ignored-more = … and { $count } more
ignored-left-out = { $count ->
    [one] One more message came at the same time and was not read.
   *[other] { $count } more messages came at the same time and were not read.
}
ignored-advice = If you still mean it, send it again as a new message.
went-wrong = That went wrong. The details are in the log.
database-down = The database cannot be reached. Try again in a minute.
stale-button = This button has expired.
unknown-command = There is no such command. /help lists all commands.
unknown-detector = there is no detector { $given }; there are: { $names }
no-runbook = There is no runbook of { $source }.
usage = Usage:
usage-days = days is from 1 to { $most }
usage-audit = n is from 1 to { $most }
usage-alerts = severity is info, warning, error or critical; n is from 1 to { $most }
command-start = Start here
command-help = What this bot can do for you
command-checks = Every check with its newest result
command-health = Operational health and open incidents
command-alerts = The newest alerts, of one severity or of all
command-audit = Who has changed what
command-incident = The open incidents, or one with its buttons
command-ack = Acknowledge an incident: no more reminders
command-resolve = Close an incident by hand
command-silence = Hold alerts back for some time, now or planned
command-silences = Active and planned silences, with buttons to end them
command-mute = Silence everything but critical for a while
command-slo = Service levels over the last days, 7 by default
command-run = Run all checks now, or one
command-remediate = Propose the remediation of a failing check
command-runbook = What to do when a check fails
command-status = The bot's own state: last sweep, outbox, database
command-whoami = Your id and your role

## Remediation

action-remediate_clear_cache = Reloads the settings, and rebuilds the alert cache from the database. Open alerts do not fire again.
action-remediate_restart_scheduler = Runs the command in SCHEDULER_RESTART_CMD.
action-remediate_notify_admin = Shows the incident with all its details in the manager's chat, without a sound.
action-remediate_vacuum_db = Runs VACUUM.
action-remediate_end_longest_query = Ends the database session with the longest-running query or the longest idle transaction.
outcome-succeeded = succeeded in { $seconds }s for { $source }
outcome-done = done in { $seconds }s for { $source }
outcome-failed = failed in { $seconds }s for { $source }
outcome-retries = Retries: { $count }
outcome-fixed = The check passes now.
outcome-still-failing = The check still fails.
interrupted = was interrupted by a restart. Check if the fault is gone: /run
choices-title = Remediation
choices-advice = Name the check to remediate:
choices-runs = runs { $action }
button-confirm = ✅ Confirm
button-cancel = ✖️ Cancel
proposal-for = for { $source }
proposal-terms = Runs only after an administrator confirms, within { $minutes } minutes.
proposal-running = ⏳ Confirmed by { $by }, running…
proposal-was-cancelled = ✖️ Cancelled by { $by }. Nothing was run.
proposal-has-expired = ⌛ Expired without a confirmation. Nothing was run.
held-by-breaker = It has run automatically { $count ->
    [one] once
   *[other] { $count } times
} lately, and will not run automatically before { $until }. Confirm to run it all the same.
held-by-cooldown = It has just run automatically, and will not do so again before { $until }. Confirm to run it all the same.
proposal-was-withdrawn = 🚪 Withdrawn: the incident is over. Nothing was run.
proposal-was-changed = 🚪 Withdrawn: the settings were changed since this was shown, and it would no longer do the same. Nothing was run. To propose it as it is now: /remediate { $source }
proposal-was-overtaken = 🚪 Withdrawn: it was decided in another chat.
proposal-was-interrupted = ⚠️ The program stopped before the outcome was known. Check if the fault is gone: /run
plan-pages = Now: { $size }, { $unused } of it unused.
plan-room = Needs { $needed } of free disk space at { $place }; there are { $free }.
plan-room-unknown = Needs { $needed } of free disk space at { $place }.
plan-no-room = ⚠️ There is too little room at { $place }: it will not run.
plan-in-place = Returns the unused pages in place; needs no further disk space.
plan-lock-all = Lock: no other program can write until it is done.
plan-lock-none = Lock: reading and writing continue; only changes to tables wait.
plan-size = Now: { $size }.
plan-command = Runs exactly this, without a shell:
plan-tell = Goes to chat { $chat }.
plan-reload = Open incidents to reload: { $count }
plan-in-vain = ⚠️ It would fail now: { $why }
proposal-terms-two = Runs only after two administrators confirm, within { $minutes } minutes.
proposal-half-confirmed = 👤 Confirmed by { $by }. Another administrator must confirm too.
press-half = Noted. Another administrator must confirm too.
press-half-first = User { $id }, who confirmed first, is no longer an administrator, so that does not count. Yours counts as the first; another administrator must confirm too.
press-changed = Withdrawn: the settings were changed since this was shown. Nothing was run.
press-half-again = You have confirmed already. Another administrator must confirm too.
refusal-changed = { $action } has changed since it was requested: the settings were changed
refusal-off = { $action } is switched off in sovani-ops.toml
refusal-needs-two = { $action } needs the confirmation of two administrators in the chat
plan-call = Calls:
choose-action = Which action for { $source }?
refusal-not-of-detector = { $source } no longer has such an action
plan-end-session = Ends session { $pid } of { $user } ({ $application }), { $state } for { $busy }:
plan-restart-unit = Restarts this systemd unit:
not-run = ❌ Not run: { $why }
proposed-already = This is already proposed above: confirm or cancel it there.
refusal-disabled = remediation is disabled: AUTO_REMEDIATION_ENABLED is false
refusal-no-action = no remediation is mapped to { $source }: it needs investigation, see its runbook; there are remediations for { $others }
refusal-busy = { $action } is already running
press-cancelled = Cancelled
press-running = Running…
too-late = Too late: { $state }.
too-late-by = Too late: { $state } by { $by }.
proposal-pending = pending
proposal-under_way = confirmed
proposal-confirmed = confirmed
proposal-cancelled = cancelled
proposal-expired = expired
proposal-withdrawn = withdrawn, the incident is over
proposal-changed = withdrawn, the settings were changed
proposal-overtaken = decided in another chat
proposal-interrupted = interrupted by a restart
you = you
user = user { $id }

## Incidents

details = Details:
resolved = RESOLVED
closed-by = Closed by { $name }
closed-while-failing = The check still fails: { $finding }
closed-when-failing = The check still failed then: { $finding }
closed-while-passing = The check had passed again.
now = Now: { $finding }
was = Before: { $finding }
now-and-before = Now { $now }, was { $before }
now-and-before-of = { $of }: now { $now }, was { $before }
comes-and-goes = 🔁 It came back { $count } times within 6 h: it ends after { $passes } passing checks in a row
unwatched = CLOSED
not-recorded = Since { $since }. Not recorded: the database cannot be written to.
failing-since = #{ $id } · since { $since } · { $count ->
    [one] 1 failing check
   *[other] { $count } failing checks
}, the last { $last }
acknowledged-by = 👀 Acknowledged by { $name }, { $at }
silenced-by = 🔕 Silenced by { $name } until { $until }
remedied = 🔧 { $action }, { $at }: { $outcome }
remedy-fixed = fixed
remedy-still-failing = the check still fails
remedy-done = done
remedy-failed = failed
remedy-interrupted = interrupted
escalated-at = ⏫ Escalated to the manager, { $at }
lasted = Lasted { $duration }.
check-is-gone = Its check was removed, so nobody knows if the fault is over.
still-failing = Still failing, { $count ->
    [one] 1 check
   *[other] { $count } checks
} so far.
worsened = Worse: it was { $from }, now it is { $now }.
silence-over = The silence is over, and the fault continues.
escalation = Escalation: nobody has acknowledged this for { $waited }.
opened-again = A new incident, held back until now.
acknowledge-with = Acknowledge: /ack_{ $id }
for-information = ℹ️ For your information
for-information-from = ℹ️ For your information, sent by { $name }
open-incidents = Open incidents { $first }–{ $last } of { $all }
since = since { $at }

## Digests

digest = { $count ->
    [one] 1 incident
   *[other] { $count } incidents
} at once
digest-over = { $count ->
    [one] 1 incident, resolved
   *[other] { $count } incidents, all resolved
}
digest-closed = { $count ->
    [one] 1 incident, closed: its check was removed
   *[other] { $count } incidents, all closed; the checks of { $unwatched } were removed
}
digest-by-hand = { $count ->
    [one] 1 incident, closed by hand
   *[other] { $count } incidents, all over; { $by_hand } closed by hand
}
digest-closed-both-ways = { $count } incidents, all closed; the checks of { $unwatched } were removed, { $by_hand } closed by hand
digest-state = Since { $since } · { $open } open, { $acknowledged } of them acknowledged
digest-grew = More incidents: { $count } open, the worst is { $loudest }.
digest-reminder = Still failing: nobody has acknowledged { $waiting } of { $count } incidents.
digest-escalation = Escalation: nobody has acknowledged { $count ->
    [one] 1 incident
   *[other] { $count } incidents
}.
ended-unseen = { $count ->
    [one] 1 incident has ended; this chat could not be notified in time
   *[other] { $count } incidents have ended; this chat could not be notified in time
}
digest-resolved = { $count ->
    [one] The incident is resolved.
   *[other] All { $count } incidents are resolved.
} It lasted { $duration }.

## Silences

no-silences = Nothing is silenced.
silences = { $count ->
    [one] 1 silence
   *[other] { $count } silences
}
silence-all = everything but critical
silence-fault = fault { $fingerprint }
silence-planned = Planned from { $starts } to { $ends }
silence-active = Until { $ends }, { $left } left
silence-ended = Ended by { $name }, { $at }
silence-over-since = Over since { $ends }

## Buttons of incidents

button-acknowledge = ✅ Acknowledge
button-acknowledge-all = ✅ Acknowledge all
button-resolve = ☑️ Close
button-remediate = 🔧 Remediate
button-runbook = 📖 Runbook
button-silence = 🔕 Silence { $length }
button-unsilence = 🔔 End silence #{ $id }
button-open-incidents = 📋 Open incidents

## Answers to operations on incidents

acknowledged = Acknowledged
acknowledged-already = { $name } has acknowledged it already, { $at }.
acknowledged-all = { $count ->
    [0] There is nothing left to acknowledge.
    [one] 1 incident acknowledged
   *[other] { $count } incidents acknowledged
}
resolve-done = Closed
resolved-already = It was resolved already, { $at }.
resolved-already-by = { $name } has closed it already, { $at }.
unwatched-already = It was closed already, { $at }: its check was removed.
no-such-incident = There is no incident #{ $id }.
which-incident = Name an incident, as in /{ $command } 7, or reply to its message. Open ones: /incident
silenced = Silenced until { $until }
silence-is-over = The silence is over.
silence-is-over-already = The silence was over already.
silenced-already = { $name } has silenced it already, until { $until }.
silence-ended-already = { $name } has ended it already, { $at }.
silence-what = expected a detector, the number of an incident such as 7, or all
silence-length = expected a length such as 30m, 2h, 1h30m or 2d, of 90 days at most
silence-start = expected a start such as 22:00, 2026-01-31T22:00 or +3h, after now and within 90 days
silence-reason = the reason is at most { $most } characters long

## The demonstration

demo-open = Open { $page } to see the chat as on a phone, and to make things go wrong.
demo-platform = A made-up platform: Ozon's cash is at -15000.00 RUB, and 12 commissions of this week are wrong.
demo-api = The REST API and /metrics are on { $api }
demo-tour-ends = The tour ends early: { $why }
demo-your-turn = Now you: type a command (/help), the [number] of a button, or quit.
demo-break = To see what happens: break or heal { $names }.
demo-turned = Done. The next check will see it.
demo-no-button = There is no button [{ $number }].
demo-bot = bot
demo-bot-edits = bot, edited
demo-you = you
demo-somebody = somebody
demo-you-press = you press
demo-somebody-presses = somebody presses
demo-in-private = (in private)
demo-telegram-up = Telegram is back
demo-telegram-down = Telegram is down
demo-panel-label = Faults of the made-up platform
demo-panel-link = ⚡ Faults
demo-panel-title = Make something go wrong
demo-panel-above = The platform is made up; the program beside it is the real one. Plant a fault, and see what the chat is told.
demo-panel-below = An incident closes when two checks in a row have passed.
demo-planted = planted
demo-healthy = healthy
demo-plant = Plant
demo-heal = Heal
demo-next-check = The next check comes in
demo-seconds = s.
demo-check-now = Check now
demo-fault-cash = Low cash
demo-about-cash = A marketplace's balance is far below the threshold.
demo-fault-ingest = Stale ingest
demo-about-ingest = No sales have arrived for three days.
demo-fault-commissions = Outliers
demo-about-commissions = A dozen commissions of this week are 30 % too high.
demo-fault-jobs = A late job
demo-about-jobs = The half-hourly job has not run for two hours.
demo-fault-api = Slow API
demo-about-api = Requests take seconds.
demo-fault-telegram = Telegram down
demo-about-telegram = The Bot API refuses connections. Alerts wait until it is back.
