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
        Source::from_file(self.path.clone()).unwrap()
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
    assert_eq!(settings.cash_threshold.to_string(), "-500.00");
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
        "TELEGRAM_TOKEN=SECRET SECRET",
        "export ADMIN_TOKEN=SECRET SECRET",
    ] {
        let file = env_file(&format!("LOG_FORMAT=text\n{line}\nRUST_LOG=info\n"));

        let error = Source::from_file(file.path.clone()).unwrap_err();

        let told = format!("{error} {error:?}");
        assert!(!told.contains("SECRET"), "{told}");
        assert!(told.contains(file.path.to_str().unwrap()), "{told}");
        assert!(told.contains("NAME=value"), "{told}");
    }
}

#[test]
fn a_line_of_the_platform_that_cannot_be_read_stands_in_nobodys_way() {
    for line in [
        "COMPANY_NAME=ООО Совани",
        "nonsense",
        "A B=c",
        "FOREIGN='open",
    ] {
        let file = env_file(&format!("LOG_FORMAT=json\n{line}\nALERT_CHAT_IDS=7\n"));
        let source = Source::from_file(file.path.clone()).unwrap();
        assert_eq!(source.get("LOG_FORMAT"), Some("json"));
        assert_eq!(source.get("ALERT_CHAT_IDS"), Some("7"));
        assert_eq!(source.unread_lines(), 1, "{line}");
    }
}

#[test]
fn a_bare_dollar_is_itself_and_one_with_braces_another_value() {
    let file = env_file(
        "NAME=ops\nA=pa$sword\nB=\"pa$sword\"\nC='pa$sword'\nD=${NAME}_db\nE=pa\\$sword\n",
    );
    let source = Source::from_file(file.path.clone()).unwrap();
    for name in ["A", "B", "C", "E"] {
        assert_eq!(source.get(name), Some("pa$sword"), "{name}");
    }
    assert_eq!(source.get("D"), Some("ops_db"));
}

#[test]
fn a_file_that_is_a_folder_is_told_as_such_and_a_missing_one_is_none() {
    let folder = TempDir::new().unwrap();

    let missing = Source::from_file(folder.path().join(".env")).unwrap();
    let error = Source::from_file(folder.path().to_owned());

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
fn misspelt_names_are_told_with_what_is_meant_and_foreign_ones_are_left_alone() {
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
