/// Valid values of each setting.
pub const GOOD: &[(&str, &[&str])] = &[
    ("TELEGRAM_TOKEN", &["123456789:AAE-x_y9"]),
    (
        "ADMIN_USER_IDS",
        &[
            "1",
            "111222333,444555666",
            " 1 , 2 ,",
            ",",
            "9007199254740993",
        ],
    ),
    ("VIEWER_USER_IDS", &["1, 2"]),
    ("BOT_LANG", &["en", "ru", "RU"]),
    (
        "MANAGER_CHAT_ID",
        &["77", "-1001234567890", "-1001234567890:7", "0"],
    ),
    (
        "TELEGRAM_API_URL",
        &[
            "https://api.telegram.org",
            "https://proxy.example/bot",
            "http://127.0.0.1:8081",
            "http://[::1]:8081",
            "http://localhost:8081",
        ],
    ),
    (
        "TELEGRAM_PROXY",
        &[
            "http://proxy:3128",
            "https://proxy:3128",
            "socks5://user:pw@proxy:1080",
            "socks5h://proxy:1080",
        ],
    ),
    ("TELEGRAM_CALLS_PER_SEC", &["1", "25", "1000000"]),
    ("TELEGRAM_CHAT_PER_MIN", &["1", "60"]),
    ("TELEGRAM_GROUP_PER_MIN", &["6", "20"]),
    (
        "ALERT_CHAT_IDS",
        &["-100", "-100,77", "1, 2", "-100:7, -100:8", "-100:1", ", ,"],
    ),
    ("ALERT_DEDUP_WINDOW_SEC", &["0", "300", "86400"]),
    (
        "ALERT_MIN_SEVERITY",
        &["info", "warning", "error", "critical", "CRITICAL"],
    ),
    ("ALERT_RESOLVE_AFTER_PASSES", &["1", "100"]),
    ("ALERT_REMINDER_BACKOFF", &["double", "none"]),
    ("ALERT_REMINDER_MAX_SEC", &["1", "604800"]),
    (
        "ALERT_LOUD",
        &[
            "error,critical",
            "info, warning,error,critical,reminders",
            "none",
            "CRITICAL",
        ],
    ),
    ("ALERT_GROUP_MAX", &["1", "5", "100"]),
    ("ESCALATE_AFTER_SEC", &["0", "900", "86400"]),
    ("SLO_API_LATENCY_P95_MS", &["1", "1200", "850.5", "600000"]),
    ("SLO_INGEST_SUCCESS_RATE_PCT", &["93.1", "99.0", "100"]),
    ("SLO_SCHEDULER_ON_TIME_PCT", &["93.1", "98", "100.0"]),
    ("SLO_PERIOD_DAYS", &["7", "30", "90"]),
    ("SLO_BURN_TIERS", &["14.4,6,3,1", "6, 1", "none", "14.40"]),
    ("SLO_BURN_MIN_EVENTS", &["1", "1000000"]),
    (
        "AUTO_REMEDIATION_ENABLED",
        &[
            "true", "false", "1", "0", "yes", "no", "on", "off", "True", "FALSE",
        ],
    ),
    ("AUTO_REMEDIATION_MAX_RETRIES", &["0", "10"]),
    ("AUTO_REMEDIATION_BREAKER_RUNS", &["1", "100"]),
    ("AUTO_REMEDIATION_BREAKER_WINDOW_SEC", &["60", "604800"]),
    ("AUTO_REMEDIATION_COOLDOWN_SEC", &["0", "86400"]),
    (
        "SCHEDULER_RESTART_CMD",
        &[
            "systemctl restart sovani-scheduler",
            r#"["/opt/re start", "a;b", ""]"#,
        ],
    ),
    (
        "DBUS_SYSTEM_BUS_ADDRESS",
        &["", "unix:path=/run/dbus/system_bus_socket"],
    ),
    ("OPS_CHECK_INTERVAL_SEC", &["1", "86400"]),
    ("OPS_CHECK_START_DELAY_SEC", &["0", "86400"]),
    ("DETECTOR_TIMEOUT_SEC", &["1", "30"]),
    (
        "CF_NEGATIVE_BALANCE_ALERT_THRESHOLD",
        &["-10000", "0", "250.5", "-0.01", "100.00"],
    ),
    ("COMMISSION_OUTLIERS_MAX", &["0", "5"]),
    ("DB_SIZE_THRESHOLD_MB", &["1", "5120"]),
    (
        "APP_TIMEZONE",
        &["Europe/Moscow", "UTC", "Asia/Vladivostok"],
    ),
    ("INGEST_DUE_TIME", &["00:00", "06:00", "23:59"]),
    ("INGEST_JOBS", &["collect_yesterday_data", "wb, ozon"]),
    (
        "PROMETHEUS_URL",
        &[
            "http://127.0.0.1:9090",
            "https://user:pw@prometheus.example/path",
        ],
    ),
    (
        "PROMETHEUS_QUERY",
        &["sum by (le) (rate(x_bucket[$window]))"],
    ),
    (
        "PROMETHEUS_HEADERS",
        &[
            "X-Scope-OrgID: shop",
            r#"{"X-Scope-OrgID": "shop", "X-B": ""}"#,
        ],
    ),
    ("API_METRICS_URL", &["http://127.0.0.1:8080/metrics"]),
    (
        "API_METRICS_NAME",
        &[
            "http_request_duration_highr_seconds",
            "shop:latency_seconds_bucket",
        ],
    ),
    ("API_METRICS_HEADERS", &["", "Authorization: Bearer SECRET"]),
    ("DATABASE_URL", &["sqlite:///x.db"]),
    (
        "CHECKS_DATABASE_URL",
        &["", "sqlite:///x.db", "postgresql://reader:SECRET@h/d"],
    ),
    ("DATABASE_POOL_SIZE", &["1", "10", "100"]),
    ("RETENTION_DAYS", &["95", "180", "3650"]),
    (
        "AUDIT_LOG",
        &[
            "/var/log/sovani-ops/audit.jsonl",
            "syslog",
            "syslog:/run/log",
        ],
    ),
    (
        "OPS_CONFIG",
        &["sovani-ops.toml", "sovani-ops.example.toml"],
    ),
    ("DEADMAN_PING_URL", &["https://hc.example/ping/0"]),
    (
        "HTTP_LISTEN",
        &["127.0.0.1:8000", "127.9.9.9:1", "[::1]:8000", "127.0.0.1:0"],
    ),
    (
        "HTTP_TRUSTED_PROXIES",
        &["127.0.0.1", "::1, 10.0.0.0/8", "fd00::/8,192.0.2.7/32", ","],
    ),
    ("ADMIN_TOKEN", &["0123456789abcdef", "~!@#$%^&*()_+{}|"]),
    ("API_TOKENS", &["/dev/null"]),
    ("HEARTBEAT_TOKEN", &["0123456789abcdef"]),
    ("API_PUBLIC_READ", &["true", "false"]),
    ("LOG_FORMAT", &["text", "json"]),
    ("RUST_LOG", &["info", "warn,sovani_ops=debug", "off"]),
];
