//! The expected jobs of `sovani-ops.toml`.

use std::{fs, path::PathBuf};

use chrono::Duration;
use chrono_tz::{Europe, Tz};
use sovani_ops::{
    demo::{COLLECT_YESTERDAY, RECALC_RECENT, REVIEWS_SLA},
    domain::{ExpectedJob, Rhythm},
    live::LiveSettings,
    settings::{Settings, SettingsError, Source},
};
use tempfile::TempDir;

pub struct Installation {
    _folder: TempDir,
    file: PathBuf,
}

impl Installation {
    pub fn with(text: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("ops.toml");
        fs::write(&file, text).unwrap();
        Self {
            _folder: folder,
            file,
        }
    }

    pub fn source(&self) -> Source {
        Source::fixed([("APP_TIMEZONE", "Asia/Tokyo")])
            .with("OPS_CONFIG", self.file.display().to_string())
    }
}

pub fn load(text: &str) -> Result<Settings, SettingsError> {
    Settings::load(
        &Installation::with(text).source(),
        &sovani_ops::actions::known(),
    )
}

/// The problems that are reported.
pub fn problems(text: &str) -> Vec<String> {
    let error = load(text).unwrap_err();
    assert!(
        error.0.iter().all(|fault| fault.name == "OPS_CONFIG"),
        "{error}"
    );
    assert!(!error.to_string().contains("SECRET"), "{error}");
    error.0.into_iter().map(|fault| fault.problem).collect()
}

fn cron(text: &str, zone: Tz) -> Rhythm {
    Rhythm::Cron(text.parse().unwrap(), zone)
}

#[test]
fn a_job_has_a_rhythm_a_grace_and_perhaps_a_longest_run() {
    let settings = load(
        "[[job]]\nname = \"a\"\ncron = \"0 2 * * *\"\ntimezone = \"Europe/Berlin\"\ngrace = \"5m\"\nlongest = \"1h30m\"\n\
         [[job]]\nname = \"b.c:d-e_f\"\nevery = \"30m\"\n[[job]]\nname = \"c\"\ncron = \"*/5 * * * mon-fri\"",
    )
    .unwrap();
    let job = |name: &str, rhythm, grace, longest: Option<i64>| ExpectedJob {
        name: name.to_owned(),
        rhythm,
        grace: Duration::minutes(grace),
        longest: longest.map(Duration::minutes),
    };
    assert_eq!(
        settings.jobs(),
        [
            job("a", cron("0 2 * * *", Europe::Berlin), 5, Some(90)),
            job("b.c:d-e_f", Rhythm::Every(Duration::minutes(30)), 10, None),
            job(
                "c",
                cron("*/5 * * * mon-fri", chrono_tz::Asia::Tokyo),
                10,
                None
            ),
        ]
    );
}

#[test]
fn every_fault_is_told_by_job_and_field() {
    let told = problems(
        "[[job]]\nname = \"a\"\ncron = \"0 2 * * SECRET\"\ngrace = 10\nlongest = \"SECRET\"\n\
         [[job]]\nevery = \"30s\"\ncolour = \"SECRET\"\n\
         [[job]]\nname = \"b\"\ncron = \"0 2 * * *\"\nevery = \"1h\"\n\
         [[job]]\nname = \"SECRET job\"\n\
         [[job]]\nname = \"b\"\nevery = \"1h\"\ntimezone = \"Europe/Moscow\"\n\
         [[job]]\nname = \"c\"\ncron = \"0 2 30 2 *\"\ntimezone = \"Europe/SECRET\"\n\
         [[job]]\nname = \"d\"\nevery = \"1h\"\n[[job]]\nname = \"d\"\nevery = \"2h\"\n\
         [actions]\nx = \"SECRET\"",
    );
    let expected = [
        "line 29: \"actions\": there is no such field; there are job, action, check; the nearest is action",
        "line 3: job \"a\": cron: a field is wrong; expected such as 0 2 * * *, */30 * * * * or 15 9-18 * * mon-fri",
        "line 4: job \"a\": grace: expected text between quotes",
        "line 5: job \"a\": longest: expected a length such as 30m, 2h, 1h30m or 2d, of 90 days at most",
        "line 6: job 2: name: expected the job's name, as in job_runs",
        "line 7: job 2: every: expected a minute at least",
        "line 8: job 2: \"colour\": there is no such field; there are name, cron, every, timezone, grace, longest",
        "line 12: job \"b\": every: expected either this or cron",
        "line 14: job 4: name: expected names of jobs, of up to 100 letters, digits and _ - . :",
        "line 13: job 4: cron: expected this or every, such as every = \"30m\"",
        "line 18: job \"b\": timezone: it goes with cron; a period is the same in every zone",
        "line 21: job \"c\": cron: there is no such day in any year",
        "line 22: job \"c\": timezone: expected an IANA time zone such as Europe/Moscow",
        "line 27: job \"d\": name: this job stands here twice",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_invalid_table_of_jobs_is_refused_without_being_repeated() {
    let cases = [
        (
            "job = \"SECRET\"",
            "line 1: job: expected entries that begin with [[job]]",
        ),
        (
            "job = [1, 2]",
            "line 1: job: expected entries that begin with [[job]]",
        ),
        (
            "[job]\nname = \"SECRET\"",
            "line 1: job: expected entries that begin with [[job]]",
        ),
        (
            "[[job]]\nname = SECRET",
            "line 2 is not TOML; see sovani-ops.example.toml",
        ),
        (
            "\n\nSECRET",
            "line 3 is not TOML; see sovani-ops.example.toml",
        ),
        (
            "a = 1\na = \"SECRET\"",
            "line 2 is not TOML; see sovani-ops.example.toml",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(problems(text), [expected], "{text}");
    }
    let large = format!("# {}", "x".repeat(256 * 1024));
    assert_eq!(
        problems(&large),
        ["the file cannot be read: it is larger than 256 KiB"]
    );
    let many: String = (0..=200)
        .map(|job| format!("[[job]]\nname = \"{job}\"\nevery = \"1h\"\n"))
        .collect();
    assert_eq!(problems(&many), ["job: expected 200 entries at most"]);
}

#[test]
fn faults_of_the_file_are_told_with_those_of_the_settings() {
    let installation = Installation::with("[[job]]");
    let error = Settings::load(
        &installation.source().with("LOG_FORMAT", "x"),
        &sovani_ops::actions::known(),
    )
    .unwrap_err();
    let told = error.to_string();
    assert!(
        told.contains("\n  LOG_FORMAT: ") && told.contains("\n  OPS_CONFIG: line 1: job 1: name: "),
        "{told}"
    );
}

#[test]
fn an_empty_file_lists_no_jobs_and_a_missing_one_must_not_be_named() {
    assert!(load("").unwrap().jobs().is_empty());
    assert!(
        Settings::load(&Source::fixed([]), &sovani_ops::actions::known())
            .unwrap()
            .jobs()
            .is_empty()
    );
    let installation = Installation::with("");
    fs::remove_file(&installation.file).unwrap();
    let error = Settings::load(&installation.source(), &sovani_ops::actions::known()).unwrap_err();
    assert_eq!(error.0[0].problem, "there is no such file");
}

#[test]
fn the_example_lists_the_platforms_jobs() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sovani-ops.example.toml");
    let example = fs::read_to_string(path).unwrap();
    let settings = load(&example).unwrap();
    let jobs: Vec<_> = settings
        .jobs()
        .iter()
        .map(|job| (job.name.as_str(), &job.rhythm))
        .collect();
    let moscow = Europe::Moscow;
    assert_eq!(
        jobs,
        [
            (COLLECT_YESTERDAY, &cron("0 2 * * *", moscow)),
            (RECALC_RECENT, &cron("0 3 * * *", moscow)),
            (REVIEWS_SLA, &Rhythm::Every(Duration::minutes(30))),
            ("ops_health_check", &Rhythm::Every(Duration::minutes(5))),
        ]
    );
    for field in ["name", "cron", "every", "timezone", "grace", "longest"] {
        let explained = example
            .lines()
            .any(|line| line.starts_with(&format!("{field} =")) && line.contains('#'));
        assert!(explained || field == "every", "{field}");
    }
    assert!(example.contains("or `every`"));
}

#[test]
fn a_reload_takes_the_jobs_over_and_keeps_them_when_the_file_is_wrong_or_gone() {
    let installation = Installation::with("[[job]]\nname = \"a\"\nevery = \"1h\"");
    let live = LiveSettings::new(
        installation.source(),
        sovani_ops::actions::known(),
        sovani_ops::detectors::defined,
    )
    .unwrap();
    let names = || -> Vec<String> {
        live.get()
            .jobs()
            .iter()
            .map(|job| job.name.clone())
            .collect()
    };
    assert_eq!(names(), ["a"]);

    fs::write(&installation.file, "[[job]]\nname = \"b\"\nevery = \"1h\"").unwrap();
    live.reload().unwrap();
    assert_eq!(names(), ["b"]);

    fs::write(&installation.file, "[[job]]\nname = \"c\"").unwrap();
    assert!(
        live.reload()
            .unwrap_err()
            .to_string()
            .contains("job \"c\": cron")
    );
    fs::remove_file(&installation.file).unwrap();
    live.reload().unwrap_err();
    assert_eq!(names(), ["b"]);
}
