//! Detectors that are not built in: what the settings define, what others push, and what a reload takes away.

mod configured;
mod entries;
mod pushed;
mod unwatched;

use std::{fs, sync::Arc};

use futures::future::BoxFuture;
use serde_json::Value;
use sovani_ops::{
    detectors::{Configured, DETECTORS, Entry, InvalidEntry, Probe, Pushed, Registry, Scene},
    domain::{Severity, Verdict, Who},
    settings::Settings,
    standin::Message,
};
use tempfile::TempDir;

use crate::support::{
    database::TestDatabase,
    program::{Setup, TestProgram},
};

const ANNA: i64 = 7;
const PRICES: &str = "check_prices";
const STOCK: &str = "check_stock";
const PUSHED: &str = "alerts_of_others";
const WRONG: &str = "Prices are wrong";
const RUNBOOK: &str = "# What to do about prices\n\nAsk the **buyers**.";

/// Fails while there is a table of this name.
struct Table(String);

impl Probe for Table {
    fn run<'a>(&'a self, scene: Scene<'a>) -> BoxFuture<'a, anyhow::Result<Verdict>> {
        Box::pin(async {
            Ok(if scene.db.relations().await?.contains(&self.0) {
                Verdict::fail("prices", WRONG)
            } else {
                Verdict::pass("Prices are right")
            })
        })
    }
}

fn configured(name: &str) -> Entry {
    Entry::Configured(Arc::new(Configured {
        name: name.to_owned(),
        severity: Severity::Error,
        reads: Vec::new(),
        runbook: Some(RUNBOOK.to_owned()),
        query: None,
        probe: Box::new(Table("wrong_prices".to_owned())),
    }))
}

fn pushed(name: &str) -> Entry {
    Entry::Pushed(Arc::new(Pushed {
        name: name.to_owned(),
        runbook: None,
    }))
}

/// A detector for each action of one's own that names one which is not built in.
fn named_by_actions(settings: &Settings) -> Result<Registry, InvalidEntry> {
    let actions = settings.actions().iter();
    let detectors = actions
        .filter_map(|action| action.custom.as_ref())
        .flat_map(|custom| &custom.detectors)
        .filter(|name| Registry::built_in().find(name).is_err());
    let entries = detectors.map(|name| match name.as_str() {
        PUSHED => pushed(name),
        _ => configured(name),
    });
    Registry::with(entries)
}

fn action(name: &str, detector: &str) -> String {
    format!(
        "[[action]]\nname = \"{name}\"\nkind = \"command\"\ncommand = [\"/bin/echo\", \"done\"]\n\
         detectors = [\"{detector}\"]\nmode = \"approve\"\n"
    )
}

/// The program, and the file that defines its further detectors.
struct Shop<'a> {
    database: &'a TestDatabase,
    program: TestProgram,
    folder: TempDir,
}

impl<'a> Shop<'a> {
    async fn with(database: &'a TestDatabase, actions: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("ops.toml");
        fs::write(&file, actions).unwrap();
        let program = Setup::beside(database)
            .defining(named_by_actions, &[PRICES, STOCK, PUSHED])
            .with("ADMIN_USER_IDS", ANNA.to_string())
            // Two alerts at once become a digest.
            .with("ALERT_GROUP_MAX", "1")
            .with("OPS_CONFIG", file.display().to_string())
            .start_on_file(&folder.path().join(".env"))
            .await;
        Self {
            database,
            program,
            folder,
        }
    }

    async fn prices_go_wrong(&self) {
        let table = "CREATE TABLE wrong_prices (id INTEGER)";
        self.database.execute(table.to_owned()).await;
    }

    async fn reload(&self, actions: &str) -> anyhow::Result<()> {
        fs::write(self.folder.path().join("ops.toml"), actions).unwrap();
        let who = Who::on_signal("SIGHUP");
        self.program.cx().reload_settings(&who).await.map(drop)
    }

    /// The bot's answer to Anna in her private chat.
    async fn answer(&self, command: &str) -> Message {
        let anna = self.program.person(ANNA, "Anna");
        self.program.asks(&anna, ANNA, command).await
    }

    async fn incident(&self, id: i64) -> Value {
        let path = format!("/api/v1/ops/incidents/{id}");
        self.program.get(&path).await.ok()
    }

    async fn counted(&self, line: &str) {
        let page = self.program.get("/metrics").await.text;
        assert!(page.lines().any(|found| found == line), "{line}: {page}");
        for name in [PRICES, PUSHED] {
            assert!(!page.contains(name), "{page}");
        }
    }
}
