use std::{fs, path::PathBuf};

use sovani_ops::settings::{Settings, Source};
use tempfile::TempDir;

struct EnvFile {
    _folder: TempDir,
    path: PathBuf,
}

fn env_file(text: &str) -> EnvFile {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".env");
    fs::write(&path, text).unwrap();
    EnvFile {
        _folder: folder,
        path,
    }
}

impl EnvFile {
    fn source(&self) -> Source {
        Source::from_file(self.path.clone(), &sovani_ops::actions::known()).unwrap()
    }
}

#[test]
fn the_lines_that_the_first_implementation_documented_are_taken_as_they_stand() {
    let file = env_file(
        "# === Alerts & Playbooks (Stage 17) ===\n\
         ALERT_CHAT_IDS=                           # Comma-separated Telegram chat IDs\n\
         ALERT_DEDUP_WINDOW_SEC=600                # Deduplication window (5 minutes)\n\
         ALERT_MIN_SEVERITY=error                  # Minimum severity: warning|error|critical\n\
         AUTO_REMEDIATION_ENABLED=false            # Enable auto-remediation\n\
         WB_API_TOKEN=\"eyJ.SECRET\"\n\
         export CF_NEGATIVE_BALANCE_ALERT_THRESHOLD=-500\n",
    );

    let settings = Settings::load(&file.source(), &sovani_ops::actions::known()).unwrap();

    assert!(settings.alert_chats.is_empty());
    assert_eq!(settings.dedup_window.as_secs(), 600);
    assert_eq!(settings.min_severity.as_str(), "error");
    assert!(!settings.remediation_enabled);
    assert_eq!(
        settings
            .threshold(&sovani_ops::detectors::cash_balance::THRESHOLD)
            .to_string(),
        "-500.00"
    );
}

#[test]
fn quotes_around_a_value_are_not_part_of_it() {
    let file = env_file(
        "ALERT_CHAT_IDS='1, 2'\nADMIN_USER_IDS=\"3, 4\"\nVIEWER_USER_IDS=''\nADMIN_TOKEN='with #, $HOME and blank'\n",
    );

    let source = file.source();

    assert_eq!(source.get("ADMIN_TOKEN"), Some("with #, $HOME and blank"));
    let settings = Settings::load(
        &source.with("ADMIN_TOKEN", ""),
        &sovani_ops::actions::known(),
    )
    .unwrap();
    assert_eq!(settings.alert_chats.len(), 2);
    assert_eq!(settings.admins.len(), 2);
    assert!(settings.viewers.is_empty());
}

#[test]
fn a_settings_line_that_cannot_be_read_is_told_without_its_content() {
    for line in [
        "TELEGRAM_TOKEN='SECRET",
        "TELEGRAM_TOKEN='SECRET' SECRET",
        "export ADMIN_TOKEN=\"SECRET\"SECRET",
        "TELEGRAM_TOKEN SECRET=SECRET",
        "TELEGRAM_TOKEN:SECRET",
        "TELEGRAM_TOKEN: SECRET",
        "TELEGRAM_TOKEN",
    ] {
        let file = env_file(&format!("LOG_FORMAT=text\n{line}\nRUST_LOG=info\n"));

        let error =
            Source::from_file(file.path.clone(), &sovani_ops::actions::known()).unwrap_err();

        let told = format!("{error} {error:?}");
        assert!(!told.contains("SECRET"), "{told}");
        assert!(told.contains(file.path.to_str().unwrap()), "{told}");
        assert!(told.contains("NAME=value"), "{told}");
        assert!(told.contains("line 2, of "), "{told}");
    }
}

#[test]
fn a_setting_that_an_open_quote_of_another_swallows_is_told() {
    let file = env_file("FOREIGN='open\nALERT_CHAT_IDS=7\nB='c'\n");
    let error = Source::from_file(file.path.clone(), &sovani_ops::actions::known()).unwrap_err();
    assert!(
        error.to_string().contains("line 2, of ALERT_CHAT_IDS"),
        "{error}"
    );
}

#[test]
fn an_unreadable_line_of_the_platform_is_reported_and_ignored() {
    for (line, told) in [
        ("COMPANY_NAME=ООО Совани", false),
        ("nonsense", false),
        ("KEY='one\nADMIN_TOKEN=two\n'", false),
        ("A B=c", true),
        ("FOREIGN='open", true),
    ] {
        let file = env_file(&format!("LOG_FORMAT=json\n{line}\nALERT_CHAT_IDS=7\n"));
        let source = Source::from_file(file.path.clone(), &sovani_ops::actions::known()).unwrap();
        assert_eq!(source.get("LOG_FORMAT"), Some("json"));
        assert_eq!(source.get("ALERT_CHAT_IDS"), Some("7"));
        assert_eq!(source.get("ADMIN_TOKEN"), None);
        let warnings = source.warnings().join("\n");
        assert_eq!(
            warnings.contains("begins in line 2 of .env cannot be read"),
            told,
            "{line}: {warnings}"
        );
    }
}

#[test]
fn a_setting_with_an_unset_reference_is_reported_and_a_foreign_one_is_not() {
    let file = env_file(
        "A=${NO_}\nTELEGRAM_TOKEN=1${SECRET}\nLOG_FORMAT=${NO_:-json}\nRUST_LOG=${TELEGRAM_TOKEN}\n",
    );
    let source = Source::from_file(file.path.clone(), &sovani_ops::actions::known()).unwrap();
    let warnings = source.warnings().join("\n");
    assert!(
        warnings.starts_with("TELEGRAM_TOKEN in line 2 of .env refers"),
        "{warnings}"
    );
    assert!(
        !warnings.contains("SECRET") && !warnings.contains("LOG"),
        "{warnings}"
    );
    assert_eq!(source.get("LOG_FORMAT"), Some("json"));
}

#[test]
fn a_file_in_another_encoding_or_form_is_refused_with_what_to_do() {
    let utf_16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let mut deep = "A=1234567890\n".to_owned();
    for _ in 0..20 {
        deep += "A=${A}${A}${A}${A}\n";
    }
    let cases = [
        (
            b"A=1\nNAME=\xd1\xee\xe2\xe0\xed\xe8\n".to_vec(),
            "line 2 is not in UTF-8; save the file in UTF-8",
        ),
        (utf_16("\u{feff}A=1"), "UTF-16; save it in UTF-8"),
        (utf_16("A=1"), "UTF-16; save it in UTF-8"),
        (b"A=1\nB=\0".to_vec(), "line 2 has a NUL"),
        (vec![b'#'; 300 * 1024], "larger than 256 KiB"),
        (deep.into_bytes(), "comes to more than"),
    ];
    for (bytes, told) in cases {
        let file = env_file("");
        fs::write(&file.path, bytes).unwrap();
        let error =
            Source::from_file(file.path.clone(), &sovani_ops::actions::known()).unwrap_err();
        let error = error.to_string();
        assert!(error.contains(told) && error.contains(".env"), "{error}");
    }
}

#[test]
fn what_takes_a_reader_long_in_a_file_of_the_greatest_size_is_read_at_once() {
    for piece in [
        "A=\"",
        "A='\n",
        "A=${",
        "A=${:",
        "A=${a:-",
        "A=\"x\" y\n",
        "\nA",
        "'",
        "\\\"",
        "A= ",
    ] {
        let file = env_file(&piece.repeat(256 * 1024 / piece.len()));
        drop(Source::from_file(
            file.path.clone(),
            &sovani_ops::actions::known(),
        ));
    }
}

#[test]
fn a_file_that_is_none_is_told_as_such_without_waiting_and_a_missing_one_is_none() {
    let folder = TempDir::new().unwrap();
    let pipe = folder.path().join("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
    for odd in [pipe, "/dev/zero".into(), "/dev/tty".into()] {
        let error = Source::from_file(odd, &sovani_ops::actions::known())
            .unwrap_err()
            .to_string();
        assert!(error.contains("cannot be read"), "{error}");
    }
    let hidden = Source::from_file("/dev/null".into(), &sovani_ops::actions::known()).unwrap();
    assert!(hidden.in_file().is_empty());

    let missing =
        Source::from_file(folder.path().join(".env"), &sovani_ops::actions::known()).unwrap();
    let error = Source::from_file(folder.path().to_owned(), &sovani_ops::actions::known());

    assert!(missing.misspelt().is_empty());
    assert!(error.is_err());
}

#[test]
fn the_debug_form_of_a_source_shows_names_and_no_values() {
    let file = env_file("ADMIN_TOKEN=SECRETSECRETSECRET\n");

    let shown = format!("{:?}", file.source());

    assert!(
        shown.contains("ADMIN_TOKEN") && !shown.contains("SECRET"),
        "{shown}"
    );
}

#[test]
fn misspelt_names_are_reported_with_a_suggestion_and_foreign_ones_are_left_alone() {
    let file = env_file(
        "ALERT_CHAT_ID=1\nADMIN_USERS_IDS=1\nALERT_DEDUP_WINDOW_SECS=5\nOPS_CHEK_INTERVAL_SEC=5\nRUSTLOG=info\n\
         WB_API_TOKEN=x\nOZON_CLIENT_ID=x\nOZON_API_KEY=x\nREDIS_URL=x\nSECRET_KEY=x\nORG_NAME=x\nAPP_NAME=x\n\
         OPENAI_API_KEY=x\nLOG_LEVEL=x\nADMIN_TOKEN=\nTELEGRAM_TOKEN=\n",
    );

    assert_eq!(
        file.source().misspelt(),
        [
            ("ADMIN_USERS_IDS", "ADMIN_USER_IDS"),
            ("ALERT_CHAT_ID", "ALERT_CHAT_IDS"),
            ("ALERT_DEDUP_WINDOW_SECS", "ALERT_DEDUP_WINDOW_SEC"),
            ("OPS_CHEK_INTERVAL_SEC", "OPS_CHECK_INTERVAL_SEC"),
            ("RUSTLOG", "RUST_LOG"),
        ]
    );
}
