# What the bot says in the chats. Every text here has its counterpart in ru.ftl.
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
finding-no-table = No data to look at: there is no { $relation }
finding-latency-unmeasured = API p95 latency is not measured: no source is connected
finding-scheduler-unmeasured = Scheduler on-time rate is not measured: no source is connected
finding-cash-low = Cash balance { $balance } below alert threshold { $threshold } ({ $marketplace })
finding-cash-enough = Lowest cash balance { $balance } ({ $marketplace }), alert threshold { $threshold }
finding-cash-empty = No data to look at: cashflow_daily is empty
finding-ingest-none = No sales data ingested since { $last }
finding-ingest-never = No sales data ingested since the database was made: daily_sales is empty
finding-ingest-arrives = { $count } sales records since { $due }, the newest of { $last }
finding-commissions-off = { $count } commission outliers detected in last { $days } days, { $tolerated } tolerated
finding-commissions-right = { $count } commission outliers in last { $days } days, { $tolerated } tolerated
finding-commissions-empty = No data to look at: vw_commission_recon has no rows of the last 7 days
finding-growth-over = Database size { $size } exceeds { $threshold } threshold
finding-growth-within = Database size { $size }, threshold { $threshold }
all-marketplaces = total

## Details

label-balance = Balance
label-threshold = Threshold
label-date = As of
label-marketplace = Marketplace
label-balances = Balances
label-total = In total
label-outliers_count = Outliers
label-period_days = Period
label-tolerated = Tolerated
label-rows_checked = Rows checked
label-size_mb = Size
label-threshold_mb = Threshold
label-last_date = Last sales
label-records = Records
label-due_date = Due
