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
finding-file-gone = Файл базы данных удалён или перемещён во время работы: { $file }
finding-file-replaced = Файл базы данных подменён во время работы и открыт заново: { $file }
finding-file-journal = Журнал базы данных удалён во время работы; записанное последним могло пропасть, файл открыт заново: { $file }
finding-file-damaged = Файл базы данных повреждён: { $file }
finding-latency-several = Задержка API (p95) не измеряется: по адресу API_METRICS_URL отвечают по очереди несколько процессов, у каждого свои счётчики; включите многопроцессный режим библиотеки метрик или Prometheus, который опрашивает каждый процесс
finding-unreadable = Значения, которые не удалось прочитать, не учтены ({ $unreadable_count }): { $unreadable }
finding-more = Ещё неисправности этой проверки ({ $more_faults }): { $such_as }
finding-and-more = { $list }; и ещё { $count }
finding-no-table = Проверять нечего: нет таблицы { $relation }
finding-no-database = База данных недоступна, поэтому ничего не известно
finding-pushed = Об этом судит и сообщает другая система: запускать здесь нечего
finding-sql-fault = { $own-text }
finding-sql-pass = Нарушений нет (строк: { $rows })
finding-sql-waiting = Есть нарушения, но пока не столько прогонов подряд, чтобы о них сообщать ({ $failing_rows })
finding-sql-several = Нарушений: { $failing_rows }: { $list }
finding-sql-many = Нарушений сразу: { $failing_rows }: { $list }
finding-sql-nothing = Запрос не вернул ни строки: сравнивать нечего
finding-sql-unknown = Запрос не вернул ни строки: судить не о чем
finding-sql-timeout = Запрос не дал ответа за { $limit }
finding-sql-suspended = Проверка приостановлена: её запрос { $timeouts } раз подряд не уложился во время. Она продолжится после прогона, который уложится, или после правки её записи
finding-sql-acts = Запрос вызывает { $functions }, а это может быть не только чтением; допустимы лишь функции STABLE и IMMUTABLE
finding-sql-null-key = В столбце ключа { $column } есть NULL: нарушение не отличить от других
finding-sql-key-kind = В столбце ключа { $column } дробное число или байты; ожидались текст, целое число или день
finding-sql-long-key = Ключ строки слишком длинный, чтобы различать нарушения: { $column }
finding-sql-null-value = В столбце значения { $column } есть NULL; исключите такие строки или задайте их смысл через COALESCE
finding-sql-value-kind = В столбце значения { $column } не число
finding-sql-too-many = Первые строки ({ $read_rows }) в порядке, но есть и непрочитанные; пусть запрос вернёт меньше строк, или увеличьте max_rows
finding-database-answers = База данных отвечает
finding-database-unreachable = База данных недоступна: { $cause }
finding-latency-unmeasured = Задержка API (p95) не измеряется: источник не подключён, задайте PROMETHEUS_URL или API_METRICS_URL
finding-latency-blind = Задержку API не измерить: { $cause }
finding-latency-few = Задержку API (p95) не оценить: за { $window_minutes } мин { $requests ->
    [one] { $requests } запрос
    [few] { $requests } запроса
   *[many] { $requests } запросов
}, а нужно не меньше { $fewest_requests }
finding-latency-right = Задержка API (p95) { $current_p95_ms }, цель { $target_ms }
finding-latency-slow = Задержка API (p95) { $current_p95_ms } — больше цели { $target_ms }
finding-latency-open = Задержка API (p95) больше { $current_p95_ms }, выше измеримого предела: цель { $target_ms } не оценить
finding-latency-slow-open = Задержка API (p95) больше { $current_p95_ms } — выше цели { $target_ms }
finding-scheduler-no-jobs = Запуск задач по расписанию не измеряется: в sovani-ops.toml нет ни одной задачи
finding-scheduler-no-runs = Запуск задач по расписанию не измеряется: нет таблицы job_runs, и ни одна задача не присылала сигналов
finding-scheduler-below = Вовремя выполнено { $on_time_pct } запусков — ниже цели { $target_pct }: { $troubles }
finding-scheduler-troubles = { $troubles }
finding-scheduler-lost = { $job } { $good } из { $decided }
finding-scheduler-kept = Вовремя выполнено { $on_time_pct } запусков, цель { $target_pct }: { $runs_on_time } из { $runs_due } за 24 ч
finding-scheduler-kept-but-unlisted = Вовремя выполнено { $on_time_pct } запусков, цель { $target_pct }: { $runs_on_time } из { $runs_due } за 24 ч; не указаны: { $unlisted }
finding-scheduler-nothing-due = За последние 24 ч ни одна задача не должна была запускаться
finding-scheduler-nothing-due-but-unlisted = За последние 24 ч ни одна задача не должна была запускаться; не указаны: { $unlisted }
finding-job-failed = Задача { $job } завершилась с ошибкой в { $at }
finding-job-failed-with = Задача { $job } завершилась с ошибкой в { $at }: { $error }
finding-job-interrupted = прервана
finding-job-missed = Задача { $job } не запускалась: срок был { $due }
finding-job-never-run = Задача { $job } ещё ни разу не запускалась; срок был { $due }
finding-job-too-long = Задача { $job } выполняется уже { $taken_sec }, допустимо { $longest_sec }
finding-job-ran-too-long = Задача { $job } выполнялась { $taken_sec }, допустимо { $longest_sec }
finding-job-awaited = Задача { $job } опаздывает на { $late_sec } (срок { $due }, допуск { $grace_sec })
finding-job-late = Задача { $job } запущена с опозданием на { $late_sec } (срок { $due }, допуск { $grace_sec })
finding-job-problem-failed = ошибка
finding-job-problem-missed = пропущена
finding-job-problem-never-run = ещё не запускалась
finding-job-problem-too-long = выполняется слишком долго
finding-job-problem-ran-too-long = выполнялась слишком долго
finding-job-problem-awaited = опаздывает
finding-job-problem-late = запущена с опозданием
finding-cash-low = Остаток { $balance } ниже порога { $threshold } ({ $marketplace })
finding-cash-enough = Наименьший остаток { $balance } ({ $marketplace }), порог { $threshold }
finding-cash-empty = Проверять нечего: таблица cashflow_daily пуста
finding-ingest-none = Данных о продажах нет с { $last_date }
finding-ingest-missing = Данных о продажах { $marketplace } нет с { $last_date }
finding-ingest-rate = Успешных загрузок { $success_rate_pct } — ниже цели { $target_pct }
finding-ingest-never = Данных о продажах ещё не было: таблица daily_sales пуста
finding-ingest-arrives = С { $due_date } { $records ->
    [one] загружена { $records } запись
    [few] загружены { $records } записи
   *[many] загружено { $records } записей
} о продажах, последняя — за { $last_date }
finding-commissions-off = { $outliers_count ->
    [one] { $outliers_count } расхождение
    [few] { $outliers_count } расхождения
   *[many] { $outliers_count } расхождений
} в комиссиях за { $period_days ->
    [one] { $period_days } день
    [few] { $period_days } дня
   *[many] { $period_days } дней
}
finding-commissions-right = Расхождений в комиссиях за { $period_days ->
    [one] { $period_days } день
    [few] { $period_days } дня
   *[many] { $period_days } дней
}: { $outliers_count }, допустимо { $tolerated }
finding-commissions-empty = Проверять нечего: в vw_commission_recon нет строк за последние { $period_days ->
    [one] { $period_days } день
    [few] { $period_days } дня
   *[many] { $period_days } дней
}
finding-growth-over = База данных { $size_mb } — больше порога { $threshold_mb }
finding-growth-over-and-growing = База данных { $size_mb } — больше порога { $threshold_mb }, прирост { $daily_growth_mb } в день
finding-growth-within = База данных { $size_mb }, порог { $threshold_mb }
finding-growth-within-and-growing = База данных { $size_mb }, порог { $threshold_mb }, прирост { $daily_growth_mb } в день
finding-growth-within-for-days = База данных { $size_mb }, порог { $threshold_mb }, прирост { $daily_growth_mb } в день, до порога { $left_days ->
    [one] { $left_days } день
    [few] { $left_days } дня
   *[many] { $left_days } дней
}
finding-burn = { $level }: бюджет ошибок тратится слишком быстро (×{ $rate } за { $window }, ×{ $recent } за { $short }); при такой скорости бюджет на { $days } дн. закончится через { $left }
finding-burn-used-up = { $level }: бюджет ошибок тратится слишком быстро (×{ $rate } за { $window }, ×{ $recent } за { $short }); бюджет на { $days } дн. исчерпан
finding-burn-nothing-allowed = { $level }: цель 100 % не допускает сбоев, а их { $bad } из { $events } за { $window }
all-marketplaces = всего

## Details

label-balance = Остаток
label-threshold = Порог
label-date = На дату
label-marketplace = Площадка
label-balances = По площадкам
label-total = Всего
label-unreadable_count = Нечитаемых значений
label-more_faults = Ещё неисправностей
label-such_as = Например
label-balances_left_out = Остатков не показано
label-marketplaces_left_out = Площадок не проверено
label-outliers_count = Расхождений
label-period_days = Период
label-tolerated = Допустимо
label-rows_checked = Проверено строк
label-rows = Строк
label-failing_rows = Нарушений
label-size_mb = Размер
label-threshold_mb = Порог
label-success_rate_pct = Успешных загрузок
label-target_pct = Цель
label-records_24h = Записей за сутки
label-daily_growth_mb = Прирост в день
label-left_days = До порога
label-last_date = Последние продажи
label-records = Записей
label-due_date = Ждали продажи за
label-budget_left_pct = Остаток бюджета
label-events = Событий
label-bad_events = Сбоев
label-on_time_pct = Вовремя
label-runs_on_time = Запусков вовремя
label-runs_due = Запусков по плану
label-jobs = Проблемы
label-unknown_jobs = Нет в списке
label-job = Задача
label-problem = Проблема
label-due_at = Срок
label-failed_at = Время ошибки
label-error = Ошибка
label-late_sec = Опоздание
label-grace_sec = Допуск
label-taken_sec = Длительность
label-longest_sec = Допустимо
label-current_p95_ms = p95 сейчас
label-target_ms = Цель
label-requests = Запросов
label-window_minutes = Период, мин
label-fewest_requests = Нужно
label-above_highest_bucket = Или дольше

## Lists and pages

and-more = … и ещё { $count }: { $how }
checks-title = Проверки ({ $count })
check-not-run = ещё не запускалась
check-next = , следующая { $at }
run-one = /run с именем проверки
button-newer = ◀ Новее
button-older = Старше ▶
button-back = ◀ Назад
button-next = Дальше ▶
runbooks-title = Инструкции
runbooks-advice = Выберите нужную или назовите её: /runbook check_db_growth
runbook-page = Страница { $page } из { $pages }

## Severities

severity-info = к сведению
severity-warning = предупреждение
severity-error = ошибка
severity-critical = критично

## Alerts

alerts-none = Алертов ещё не было.
alerts-none-of = Алертов уровня «{ $severity }» ещё не было.
alerts-title = Последние алерты
alerts-title-of = Последние алерты уровня «{ $severity }»
alerts-title-older = Прежние алерты
alerts-title-older-of = Прежние алерты уровня «{ $severity }»
alerts-shown = { $first }–{ $last } из { $total }
audit-log-broken = ⚠️ Не удаётся писать в AUDIT_LOG ({ $log }): { $why }. Журнал действий ведётся только в базе.
audit-log-back = В AUDIT_LOG снова пишется; недостающее добавлено.
audit-none = Записей ещё нет.
audit-title = Журнал действий
audit-refused = отказано
audit-failed = не удалось
act-acknowledge = принято
act-resolve = закрыто
act-silence = заглушено
act-end-silence = уведомления включены
act-propose = предложено
act-confirm = подтверждено
act-cancel = отменено
act-remediate = исправление
act-run-detectors = запуск проверок
act-reload-settings = настройки перечитаны
act-backup = база скопирована
act-heartbeat = сигналы заданий
act-forbidden = нет прав
audit-until = до { $until }
audit-done-already = это уже сделано
audit-check-removed = проверку удалили
door-chat = чат
door-rest = REST
door-heartbeat = сигналы заданий
door-schedule = по расписанию
door-terminal = терминал
place-private = личный чат
place-alerts = чат алертов
place-alerts-of-several = чат алертов № { $number }
place-manager = чат руководителя
place-chat = чат { $id }
not-delivered = не доставлен
lost-chat = ⚠️ Алерты больше не доходят до чата
lost-chat-why = : { $reason }. Верните боту доступ или уберите чат из настроек; время от времени бот пробует снова.
lost-refused = Telegram отклоняет всё, что туда отправляется: { $words }
chat-is-back = ✅ Алерты снова доходят до чата { $chat }.
here-again = ✅ Алерты снова доходят до этого чата. Ниже — то, что открыто.
not-taken = ⚠️ Telegram не принимает алерт в его обычном виде ({ $why }). Смотрите { $how }
delivery-blocked = пользователь заблокировал бота
delivery-removed = бота удалили из чата
delivery-no-chat = такого чата нет
delivery-no-account = аккаунт пользователя удалён
delivery-no-group = группа удалена
delivery-not-started = человек ещё не запустил бота
delivery-no-rights = боту нельзя туда писать
delivery-no-topic = такой темы нет
delivery-topic-closed = тема закрыта
delivery-markup = Telegram не может прочитать разметку
delivery-picture = Telegram не принимает изображение
delivery-unchanged = сообщение уже такое
delivery-stale-query = кнопку нажали слишком давно
delivery-no-reply = сообщения, на которое это отвечает, больше нет
test-alert = ✅ Проверочный алерт: всё в порядке. Алерты будут приходить в этот чат.
second-poller = ⚠️ Этим же токеном пользуется ещё одна программа: команды могут теряться. Остановите её или дайте ей свой токен. Алерты приходят как обычно.
webhook-removed = ⚠️ Кто-то направил команды и нажатия этого бота на { $host }. Я вернул их и снова отвечаю. Если программа там нужна, дайте ей своего бота. Алерты приходили как обычно.
lost-topic = Темы этого алерта больше нет.
closed-topic = Тема этого алерта закрыта.
no-topic = ⚠️ В чат { $chat } нельзя писать: тема «General» закрыта. Откройте её или укажите в настройках открытую тему.

## Checks

checks-running = ⏳ { $count ->
    [one] Идёт { $count } проверка
    [few] Идут { $count } проверки
   *[many] Идёт { $count } проверок
}…
seconds = { $seconds } с
checks-done = Пройдено: { $passed }, не пройдено: { $failed }
checks-not-measured = , не измеряется: { $count }
checks-took = за { $seconds } с

## Health and status

health-title = Состояние системы
last-sweep = Последняя проверка: { $when }
none-yet = ещё не было
health-alerts = Алертов за час: { $count }
health-critical = Критичных за сутки: { $count }
health-remediations = Исправлений за час: { $count }
health-failures = Неудачных исправлений за сутки: { $count }
health-last-remediation = Последнее исправление: { $action } — { $status }, { $when }
remediation-status-success = успешно
remediation-status-failed = неудачно
remediation-status-running = выполняется
incidents-none = Открытых инцидентов нет.
incidents-open = Открытых инцидентов: { $count }
incident-since = открыт { $when }, неудачных проверок: { $count }
not-measured-checks = ➖ Не измеряется: { $checks }
not-measured-without = { $check } (нет { $table })
missing-tables = ⚠️ В базе данных { $database } нет { $tables }. То, что читается оттуда, не измеряется: { $checks }. Если это не база платформы, исправьте DATABASE_URL.
status-running = Запущен: { $when }
outbox-waiting = Исходящие: { $count ->
    [one] { $count } сообщение
    [few] { $count } сообщения
   *[many] { $count } сообщений
} в очереди, самое старое — { $oldest }
outbox-empty = Все сообщения доставлены
status-chats = Чатов для алертов: { $count }
status-chat-lost = ⚠️ Алерты не доходят до чата { $chat }: { $reason }
status-nobody = 🚨 Алертов никто не получает
status-webhook = ⚠️ Недавно кто-то направлял команды и нажатия на { $host }
status-remediation-enabled = Исправления: включены
status-remediation-disabled = Исправления: выключены
status-database = База данных: { $database }

## Service levels

slo-title = Уровень сервиса
slo-days = { $from } — { $to }: { $count ->
    [one] { $count } день
    [few] { $count } дня
   *[many] { $count } дней
}
slo-pending = , { $count ->
    [one] { $count } день ещё не завершён
    [few] { $count } дня ещё не завершены
   *[many] { $count } дней ещё не завершены
}
slo-forgotten = , раньше хранимой истории: { $count }
slo-counted-from = , считая с первой продажи { $day }
slo-before-sales = продаж ещё не было
slo-ingest = Загрузка данных
slo-scheduler = Запуск задач вовремя
slo-latency = Задержка API (p95)
slo-not-measured = не измеряется
slo-not-due = день ещё не завершён
slo-no-data = нет данных
slo-target = (цель { $target })
slo-budget-left = остаток бюджета { $left }
slo-budget-lasts = остаток бюджета { $left }, при такой скорости хватит на { $lasts }
slo-budget-used-up = бюджет исчерпан ({ $left })
slo-budget-none = при цели 100 % бюджета нет, сбоев: { $bad }

## Графики

chart-days = { $from } — { $to }
chart-target = цель { $target }
chart-threshold = порог { $amount }
chart-missed = не выполнена
chart-below = ниже порога
chart-unmeasured = нет данных
chart-total = всего
chart-left-out = не показано: { $count }
chart-budget-left = Остаток бюджета ошибок: { $left }
unit-milliseconds = мс
unit-seconds = с
unit-roubles = ₽
unit-million-roubles = млн ₽
unit-billion-roubles = млрд ₽
unit-megabytes = МБ
unit-gigabytes = ГБ
trends-title = Динамика
trend-cash = Остаток денег
trend-size = Размер базы данных
trend-no-data = данных пока нет
button-trend = 📈 Динамика
button-trends = 📈 Динамика

## Help and short answers

welcome = Здравствуйте, { $name }! Этот бот следит за платформой SoVAni и сообщает, если что-то сломалось.
welcome-role = Ваша роль — { $role }. /help покажет, что вы можете, /health — как дела у системы.
help-title = Команды
whoami = Вы — { $name }, id
whoami-role = , роль { $role }.
stranger = У вас нет доступа. Ваш id —
stranger-advice = ; администратор может его добавить.
admins-only = Это доступно только администраторам.
not-authorised = У вас нет доступа.
anonymous = Это пришло от имени чата или бота, и я не знаю, кто это написал. Отключите анонимность и пишите от своего имени или напишите мне в личный чат.
ignored = Не сделано:
ignored-forwarded = переслано, а не написано вами
ignored-via-bot = написано другим ботом
ignored-edited = исправлено после отправки
ignored-scheduled = отправлено по таймеру
ignored-caption = написано под картинкой или файлом
ignored-old = дошло до меня через { $ago } после отправки
ignored-more = … и ещё { $count }
ignored-left-out = { $count ->
    [one] Ещё { $count } сообщение пришло одновременно и не прочитано.
    [few] Ещё { $count } сообщения пришли одновременно и не прочитаны.
   *[other] Ещё { $count } сообщений пришли одновременно и не прочитаны.
}
ignored-advice = Если это ещё нужно, напишите заново отдельным сообщением.
went-wrong = Что-то пошло не так. Подробности в журнале.
database-down = База данных недоступна. Попробуйте через минуту.
stale-button = Эта кнопка устарела.
unknown-command = Такой команды нет. Все команды: /help
unknown-detector = проверки { $given } нет; есть: { $names }
no-runbook = Для { $source } инструкции нет.
usage = Формат:
usage-days = days — от 1 до { $most }
usage-audit = n — от 1 до { $most }
usage-alerts = severity — info, warning, error или critical; n — от 1 до { $most }
command-start = Знакомство с ботом
command-help = Что умеет этот бот
command-checks = Все проверки и их последние результаты
command-health = Состояние системы и открытые инциденты
command-alerts = Последние алерты: все или одного уровня
command-audit = Кто и что менял
command-incident = Открытые инциденты или один с его кнопками
command-ack = Принять инцидент, чтобы больше не напоминали
command-resolve = Закрыть инцидент вручную
command-silence = Не присылать уведомления какое-то время, сейчас или по плану
command-silences = Отключённые уведомления и кнопки, чтобы их включить
command-mute = Заглушить на время всё, кроме критичного
command-slo = Уровень сервиса за последние дни, по умолчанию за 7
command-run = Запустить все проверки или одну
command-remediate = Исправить неполадку
command-runbook = Что делать, если проверка не пройдена
command-status = Состояние самого бота: последняя проверка, сообщения, база
command-whoami = Ваш id и ваша роль

## Remediation

action-remediate_clear_cache = Перечитает настройки и заново соберёт кэш алертов из базы данных. Открытые алерты повторно не придут.
action-remediate_restart_scheduler = Выполнит команду из SCHEDULER_RESTART_CMD.
action-remediate_notify_admin = Покажет инцидент со всеми подробностями в чате руководителя, без звука.
action-remediate_vacuum_db = Сожмёт базу данных (VACUUM).
action-remediate_end_longest_query = Завершит сеанс базы данных, который дольше всех занят одним запросом или ждёт внутри транзакции.
outcome-succeeded = выполнено за { $seconds } с для { $source }
outcome-done = выполнено за { $seconds } с для { $source }
outcome-failed = не удалось, { $seconds } с, для { $source }
outcome-retries = Повторных попыток: { $count }
outcome-fixed = Теперь проверка проходит.
outcome-still-failing = Проверка по-прежнему не проходит.
interrupted = прервано перезапуском. Проверьте, ушла ли неисправность: /run
choices-title = Исправления
choices-advice = Назовите проверку, по которой нужно исправление:
choices-runs = выполнит { $action }
button-confirm = ✅ Подтвердить
button-cancel = ✖️ Отменить
proposal-for = для { $source }
proposal-terms = Выполнится, только если администратор подтвердит в течение { $minutes ->
    [one] { $minutes } минуты
   *[other] { $minutes } минут
}.
proposal-running = ⏳ Подтверждение: { $by }. Выполняется…
proposal-was-cancelled = ✖️ Отмена: { $by }. Ничего не выполнялось.
proposal-has-expired = ⌛ Никто не подтвердил вовремя. Ничего не выполнялось.
held-by-breaker = Бот уже запускал это { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[other] { $count } раз
} и до { $until } автоматически не запустит. Подтвердите, если всё же нужно.
held-by-cooldown = Бот только что запускал это и до { $until } автоматически не запустит. Подтвердите, если всё же нужно.
proposal-was-withdrawn = 🚪 Отменено: инцидент закрыт. Ничего не выполнялось.
proposal-was-changed = 🚪 Отозвано: после показа изменились настройки, и выполнилось бы уже не то. Ничего не выполнялось. Как теперь: /remediate { $source }
proposal-was-overtaken = 🚪 Отозвано: решено в другом чате.
proposal-was-interrupted = ⚠️ Программа остановилась раньше, чем сообщила результат. Проверьте, ушла ли неисправность: /run
plan-pages = Сейчас: { $size }, из них свободно { $unused }.
plan-room = На диске с { $place } нужно { $needed } свободного места; есть { $free }.
plan-room-unknown = На диске с { $place } нужно { $needed } свободного места.
plan-no-room = ⚠️ На диске с { $place } мало места: выполняться не будет.
plan-in-place = Освободит незанятые страницы на месте; дополнительное место на диске не нужно.
plan-lock-all = Блокировка: до конца больше никто не сможет писать.
plan-lock-none = Блокировка: чтение и запись продолжаются; ждут только изменения таблиц.
plan-size = Сейчас: { $size }.
plan-command = Выполнится ровно это, без командной оболочки:
plan-tell = Уйдёт в чат { $chat }.
plan-reload = Будет перечитано открытых инцидентов: { $count }
plan-in-vain = ⚠️ Сейчас это не удастся: { $why }
proposal-terms-two = Выполнится, только если два администратора подтвердят в течение { $minutes ->
    [one] { $minutes } минуты
   *[other] { $minutes } минут
}.
proposal-half-confirmed = 👤 Подтверждение: { $by }. Нужно подтверждение ещё одного администратора.
press-half = Принято. Нужно подтверждение ещё одного администратора.
press-half-first = Пользователь { $id } подтвердил первым, но больше не администратор: это не в счёт. Ваше подтверждение — первое, нужно ещё одно, другого администратора.
press-changed = Отозвано: после показа изменились настройки. Ничего не выполнялось.
press-half-again = Вы уже подтвердили. Нужно подтверждение ещё одного администратора.
refusal-changed = { $action } уже не то, что было запрошено: тем временем изменились настройки
refusal-off = { $action } выключено в sovani-ops.toml
refusal-needs-two = для { $action } нужно подтверждение двух администраторов в чате
plan-call = Вызовет:
choose-action = Какое действие для { $source }?
refusal-not-of-detector = у { $source } больше нет такого действия
plan-end-session = Завершит сеанс { $pid }, { $user } ({ $application }), { $state } уже { $busy }:
plan-restart-unit = systemd перезапустит юнит:
not-run = ❌ Не выполнено: { $why }
proposed-already = Это уже предложено выше: подтвердите или отмените там.
refusal-disabled = исправления выключены: AUTO_REMEDIATION_ENABLED = false
refusal-no-action = для { $source } нет готового исправления: нужно разбираться, см. инструкцию; исправления есть для { $others }
refusal-busy = { $action } уже выполняется
press-cancelled = Отменено
press-running = Выполняется…
too-late = Поздно: { $state }.
too-late-by = Поздно: { $state } ({ $by }).
proposal-pending = ещё не решено
proposal-under_way = уже подтверждено
proposal-confirmed = уже подтверждено
proposal-cancelled = уже отменено
proposal-expired = срок истёк
proposal-withdrawn = отменено: инцидент закрыт
proposal-changed = отозвано, изменились настройки
proposal-overtaken = решено в другом чате
proposal-interrupted = прервано перезапуском
you = вы
user = пользователь { $id }

## Incidents

details = Подробности:
resolved = УСТРАНЕНО
closed-by = Закрыто вручную: { $name }
closed-while-failing = Проверка всё ещё не проходит: { $finding }
closed-when-failing = Проверка тогда ещё не проходила: { $finding }
closed-while-passing = Проверка уже снова проходила.
now = Сейчас: { $finding }
was = Было: { $finding }
now-and-before = Сейчас { $now }, было { $before }
now-and-before-of = { $of }: сейчас { $now }, было { $before }
comes-and-goes = 🔁 Повторялось за 6 ч: { $count }. Закроется после { $passes } успешных проверок подряд
unwatched = ЗАКРЫТО
not-recorded = С { $since }. Не записано: база данных недоступна для записи.
failing-since = #{ $id } · с { $since } · { $count ->
    [one] { $count } неудачная проверка
    [few] { $count } неудачные проверки
   *[many] { $count } неудачных проверок
}, последняя { $last }
acknowledged-by = 👀 Принято: { $name }, { $at }
silenced-by = 🔕 Заглушено до { $until } ({ $name })
remedied = 🔧 { $action }, { $at }: { $outcome }
remedy-fixed = исправлено
remedy-still-failing = проверка по-прежнему не проходит
remedy-done = выполнено
remedy-failed = не удалось
remedy-interrupted = прервано
escalated-at = ⏫ Передано руководителю, { $at }
lasted = Длилось { $duration }.
check-is-gone = Проверку удалили, поэтому неизвестно, устранена ли неисправность.
still-failing = Всё ещё не в порядке: уже { $count ->
    [one] { $count } неудачная проверка
    [few] { $count } неудачные проверки
   *[many] { $count } неудачных проверок
}.
worsened = Стало хуже: было «{ $from }», теперь «{ $now }».
silence-over = Уведомления снова включены, а неисправность осталась.
escalation = Эскалация: никто не принял это за { $waited }.
opened-again = Новый инцидент, о котором до сих пор не сообщалось.
acknowledge-with = Принять: /ack_{ $id }
for-information = ℹ️ Для сведения
for-information-from = ℹ️ Для сведения, отправлено: { $name }
open-incidents = Открытые инциденты { $first }–{ $last } из { $all }
since = с { $at }

## Digests

digest = { $count ->
    [one] { $count } инцидент
    [few] { $count } инцидента
   *[many] { $count } инцидентов
} сразу
digest-over = { $count ->
    [one] { $count } инцидент, устранён
    [few] { $count } инцидента, все устранены
   *[many] { $count } инцидентов, все устранены
}
digest-closed = Закрыто инцидентов: { $count }; у { $unwatched } из них проверку удалили
digest-by-hand = { $count ->
    [one] { $count } инцидент, закрыт вручную
   *[other] Завершено инцидентов: { $count }; вручную закрыто { $by_hand }
}
digest-closed-both-ways = Закрыто инцидентов: { $count }; у { $unwatched } из них проверку удалили, вручную закрыто { $by_hand }
digest-state = С { $since } · открыто { $open }, из них принято { $acknowledged }
digest-grew = Инцидентов прибавилось: открыто { $count }, самый тяжёлый — «{ $loudest }».
digest-reminder = Всё ещё не в порядке: никем не принято { $waiting } из { $count }.
digest-escalation = Эскалация: никто не принял { $count ->
    [one] { $count } инцидент
    [few] { $count } инцидента
   *[many] { $count } инцидентов
}.
ended-unseen = { $count ->
    [one] { $count } инцидент завершился: вовремя сообщить об этом не удалось
    [few] { $count } инцидента завершились: вовремя сообщить об этом не удалось
   *[many] { $count } инцидентов завершились: вовремя сообщить об этом не удалось
}
digest-resolved = { $count ->
    [one] Инцидент устранён.
   *[other] Устранены все инциденты, их было { $count }.
} Длилось { $duration }.

## Silences

no-silences = Ничего не заглушено.
silences = Заглушено: { $count }
silence-all = всё, кроме критичного
silence-fault = неисправность { $fingerprint }
silence-planned = Запланировано с { $starts } до { $ends }
silence-active = До { $ends }, осталось { $left }
silence-ended = Снято: { $name }, { $at }
silence-over-since = Закончилось { $ends }

## Buttons of incidents

button-acknowledge = ✅ Принять
button-acknowledge-all = ✅ Принять все
button-resolve = ☑️ Закрыть
button-remediate = 🔧 Исправить
button-runbook = 📖 Инструкция
button-silence = 🔕 Заглушить на { $length }
button-unsilence = 🔔 Вернуть уведомления #{ $id }
button-open-incidents = 📋 Открытые инциденты

## Answers to operations on incidents

acknowledged = Принято
acknowledged-already = Уже принято: { $name }, { $at }.
acknowledged-all = { $count ->
    [0] Принимать больше нечего.
    [one] Принят { $count } инцидент
    [few] Принято { $count } инцидента
   *[many] Принято { $count } инцидентов
}
resolve-done = Закрыто
resolved-already = Уже закончилось, { $at }.
resolved-already-by = Уже закрыто: { $name }, { $at }.
unwatched-already = Уже закрыто, { $at }: проверку удалили.
no-such-incident = Инцидента #{ $id } нет.
which-incident = Назовите инцидент, например /{ $command } 7, или ответьте на его сообщение. Открытые: /incident
silenced = Заглушено до { $until }
silence-is-over = Уведомления снова включены.
silence-is-over-already = Уведомления уже включены.
silenced-already = Уже заглушено до { $until }: { $name }.
silence-ended-already = Уведомления уже включены: { $name }, { $at }.
silence-what = нужна проверка, номер инцидента, например 7, или all
silence-length = нужна длительность, например 30m, 2h, 1h30m или 2d, не больше 90 дней
silence-start = нужно начало, например 22:00, 2026-01-31T22:00 или +3h, позже чем сейчас и в пределах 90 дней
silence-reason = причина не длиннее { $most } символов

## The demonstration

demo-open = Откройте { $page }, чтобы увидеть чат как на телефоне и что-нибудь сломать.
demo-platform = Вымышленная платформа: у Ozon на счету −15 000 ₽, и 12 комиссий этой недели неверны.
demo-api = REST API и /metrics — на { $api }
demo-tour-ends = Показ прерван: { $why }
demo-your-turn = Теперь вы: введите команду (/help), [номер] кнопки или quit.
demo-break = Чтобы посмотреть, что будет: break или heal и одно из { $names }.
demo-turned = Готово. Следующая проверка это увидит.
demo-no-button = Кнопки [{ $number }] нет.
demo-bot = бот
demo-bot-edits = бот, изменено
demo-you = вы
demo-somebody = кто-то
demo-you-press = вы нажимаете
demo-somebody-presses = кто-то нажимает
demo-in-private = (в личном чате)
demo-telegram-up = Telegram снова доступен
demo-telegram-down = Telegram недоступен
demo-panel-label = Неполадки вымышленной платформы
demo-panel-link = ⚡ Неполадки
demo-panel-title = Сломайте что-нибудь
demo-panel-above = Платформа вымышлена, а программа рядом с ней настоящая. Устройте неполадку и посмотрите, что придёт в чат.
demo-panel-below = Инцидент закрывается, когда подряд пройдут две проверки.
demo-planted = сломано
demo-healthy = исправно
demo-plant = Сломать
demo-heal = Починить
demo-next-check = Следующая проверка через
demo-seconds = с.
demo-check-now = Проверить сейчас
demo-fault-cash = Мало денег
demo-about-cash = Остаток площадки намного ниже порога.
demo-fault-ingest = Нет новых продаж
demo-about-ingest = Продажи не загружаются уже три дня.
demo-fault-commissions = Неверные комиссии
demo-about-commissions = Дюжина комиссий этой недели завышена на 30 %.
demo-fault-jobs = Задача опаздывает
demo-about-jobs = Получасовая задача не запускалась два часа.
demo-fault-api = Медленный API
demo-about-api = Запросы длятся секунды.
demo-fault-telegram = Telegram недоступен
demo-about-telegram = Bot API отказывает в соединении. Алерты ждут, пока он вернётся.
