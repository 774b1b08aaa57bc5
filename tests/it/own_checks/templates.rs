//! The templates that are shipped.

use std::path::Path;

use sovani_ops::{
    demo::Platform,
    detectors::{self, Scene},
    domain::{Check, Status},
    facts::Facts,
    settings::{Settings, Source},
    web::Web,
};

use super::*;
use crate::support::program::moment;

fn templates() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("checks");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let tables = files.filter(|path| path.extension().is_some_and(|kind| kind == "toml"));
    tables
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

/// The example's commented check, as it is after the marks are taken off.
fn example() -> String {
    let text = include_str!("../../../sovani-ops.example.toml");
    let (_, check) = text.split_once("# [[check]]").unwrap();
    let lines = check.lines().map(|line| line.trim_start_matches("# "));
    let lines = lines.filter(|line| !line.starts_with("runbook") && !line.starts_with("action"));
    format!("[[check]]{}", lines.collect::<Vec<_>>().join("\n"))
}

async fn run(database: &TestDatabase, file: &str) -> Vec<Check> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ops.toml");
    fs::write(&path, file).unwrap();
    let source = Source::fixed([])
        .with("OPS_CONFIG", path.display().to_string())
        .with("DATABASE_URL", database.url());
    let settings = Settings::load(&source, &sovani_ops::actions::known()).unwrap();
    let registry = detectors::defined(&settings).unwrap();
    let mut own = registry.runnable();
    own.retain(|entry| !entry.is_built_in());
    let web = Web::new().unwrap();
    let facts = Facts::of(database.db().clone());
    let scene = Scene::new(&facts, &settings, &web, moment("2025-10-02 09:00:00"));
    detectors::run(&own, scene).await
}

#[each_database]
async fn each_template_and_the_example_run_as_they_stand(database: TestDatabase) {
    Platform::healthy(moment("2025-10-02 09:00:00").utc().date_naive())
        .create(database.db())
        .await
        .unwrap();

    let checks = run(&database, &(templates() + &example())).await;

    assert_eq!(checks.len(), 7);
    for check in &checks {
        let could_look = check.status != Status::Fail || check.standing.is_some();
        assert!(could_look, "{check:?}");
    }
}

#[each_database]
async fn a_template_finds_its_fault(database: TestDatabase) {
    Platform::healthy(moment("2025-10-02 09:00:00").utc().date_naive())
        .create(database.db())
        .await
        .unwrap();
    database
        .execute("INSERT INTO sku (marketplace, article) VALUES ('WB', 'TWIN'), ('WB', 'TWIN')")
        .await;

    let checks = run(&database, &templates()).await;

    let twins = checks
        .iter()
        .find(|check| check.source == "check_duplicate_articles")
        .unwrap();
    assert_eq!(twins.message, "WB: the article TWIN is there 2 times");
}
