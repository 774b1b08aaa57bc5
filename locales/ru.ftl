# То же, что в en.ftl, по-русски.

## Figures

money = { $amount }{"\u00A0"}₽
size = { $amount }{"\u00A0"}МБ
percent = { $amount }{"\u00A0"}%
milliseconds = { $amount }{"\u00A0"}мс
days = { $count ->
    [one] { $count } день
    [few] { $count } дня
   *[many] { $count } дней
}
yes = да
no = нет

## Times

just-now = только что
ago = { $duration } назад
ago-and-when = { $ago } ({ $moment })
moment = { $day } { $time }
day = { $day } { $month }
day-of-a-year = { $day } { $month } { $year }
month = { $number ->
    [1] янв
    [2] фев
    [3] мар
    [4] апр
    [5] мая
    [6] июн
    [7] июл
    [8] авг
    [9] сен
    [10] окт
    [11] ноя
   *[12] дек
}
duration-days = { $count } д
duration-hours = { $count } ч
duration-minutes = { $count } мин
duration-seconds = { $count } с
duration-none = меньше секунды

## Findings

finding-crash = Проверка { $detector } не отработала: { $cause }
finding-no-table = Проверять нечего: нет таблицы { $relation }
finding-latency-unmeasured = Задержка API (p95) не измеряется: источник не подключён
finding-scheduler-unmeasured = Запуск задач по расписанию не измеряется: источник не подключён
finding-cash-low = Остаток { $balance } ниже порога { $threshold } ({ $marketplace })
finding-cash-enough = Наименьший остаток { $balance } ({ $marketplace }), порог { $threshold }
finding-cash-empty = Проверять нечего: таблица cashflow_daily пуста
finding-ingest-none = Данных о продажах нет с { $last }
finding-ingest-never = Данных о продажах ещё не было: таблица daily_sales пуста
finding-ingest-arrives = С { $due } { $count ->
    [one] загружена { $count } запись
    [few] загружены { $count } записи
   *[many] загружено { $count } записей
} о продажах, последняя — за { $last }
finding-commissions-off = { $count ->
    [one] { $count } расхождение
    [few] { $count } расхождения
   *[many] { $count } расхождений
} в комиссиях за { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}, допустимо { $tolerated }
finding-commissions-right = Расхождений в комиссиях за { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}: { $count }, допустимо { $tolerated }
finding-commissions-empty = Проверять нечего: в vw_commission_recon нет строк за последние 7 дней
finding-growth-over = База данных { $size } — больше порога { $threshold }
finding-growth-within = База данных { $size }, порог { $threshold }
all-marketplaces = всего

## Details

label-balance = Остаток
label-threshold = Порог
label-date = На дату
label-marketplace = Площадка
label-balances = По площадкам
label-total = Всего
label-outliers_count = Расхождений
label-period_days = Период
label-tolerated = Допустимо
label-rows_checked = Проверено строк
label-size_mb = Размер
label-threshold_mb = Порог
label-last_date = Последние продажи
label-records = Записей
label-due_date = Ждали продажи за
