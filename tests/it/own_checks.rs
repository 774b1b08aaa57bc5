//! Checks that an operator defines by queries in `sovani-ops.toml`.

mod accounts;
mod failing_to_run;
mod hostile;
mod reading;
mod running;
mod schedule;
mod shown;
mod statements;
mod templates;

use std::fs;

use serde_json::Value;
use sovani_ops::{clock::Clock, domain::Who};
use tempfile::TempDir;

use crate::support::{
    database::TestDatabase,
    program::{Setup, TestProgram, noon},
};

/// The program with the checks of a file.
struct Shop {
    program: TestProgram,
    folder: TempDir,
}

const TABLE: &str = "CREATE TABLE margins (marketplace VARCHAR, article VARCHAR, pct NUMERIC, ratio FLOAT, secret VARCHAR)";

impl Shop {
    async fn with(database: &TestDatabase, checks: &str) -> Self {
        Self::at(database, checks, &noon()).await
    }

    async fn at(database: &TestDatabase, checks: &str, clock: &Clock) -> Self {
        database.execute(TABLE).await;
        Self::started(database, checks, clock, &[]).await
    }

    async fn started(
        database: &TestDatabase,
        checks: &str,
        clock: &Clock,
        settings: &[(&str, &str)],
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("ops.toml");
        fs::write(&file, checks).unwrap();
        let setup = Setup::beside(database)
            .at(clock)
            .with("ADMIN_USER_IDS", "7")
            .with("OPS_CONFIG", file.display().to_string());
        let setup = settings
            .iter()
            .fold(setup, |setup, (name, value)| setup.with(name, *value));
        let program = setup.start_on_file(&folder.path().join(".env")).await;
        Self { program, folder }
    }

    async fn reload(&self, checks: &str) -> anyhow::Result<()> {
        fs::write(self.folder.path().join("ops.toml"), checks).unwrap();
        let who = Who::on_signal("SIGHUP");
        self.program.cx().reload_settings(&who).await.map(drop)
    }

    /// The open incidents of checks by queries, by their messages in order.
    async fn open(&self) -> Vec<Value> {
        let path = "/api/v1/ops/incidents?state=open";
        let incidents = self.program.get(path).await.ok();
        let mut own: Vec<Value> = incidents.as_array().unwrap().clone();
        own.retain(|incident| {
            incident["source"]
                .as_str()
                .unwrap()
                .starts_with("check_own")
        });
        own.sort_by_key(|incident| incident["message"].as_str().unwrap().to_owned());
        own
    }

    async fn messages(&self) -> Vec<String> {
        let open = self.open().await;
        let messages = open.iter().map(|incident| incident["message"].as_str());
        messages
            .map(|message| message.unwrap().to_owned())
            .collect()
    }

    /// The message of the one incident after a sweep.
    async fn tells(&self) -> String {
        self.program.sweep().await;
        let [message] = &self.messages().await[..] else {
            panic!("{:?}", self.open().await);
        };
        message.clone()
    }
}

/// A check with these lines beside its name.
fn check(name: &str, lines: &str) -> String {
    format!("[[check]]\nname = \"{name}\"\n{lines}\n")
}

/// A check of the margins, with these lines more.
fn margins(condition: &str) -> String {
    check(
        "check_own_margins",
        &format!(
            "sql = \"SELECT marketplace, article, pct, ratio, secret FROM margins ORDER BY article\"\n\
             key = [\"marketplace\", \"article\"]\nvalue = \"pct\"\n\
             text = \"{{article}} ({{marketplace}}): margin {{value}} %\"\n\
             text_ru = \"{{article}} ({{marketplace}}): маржа {{value}} %\"\n{condition}"
        ),
    )
}

fn rows(rows: &[(&str, &str, &str)]) -> String {
    let rows: Vec<_> = rows
        .iter()
        .map(|(marketplace, article, pct)| {
            format!("('{marketplace}', '{article}', {pct}, 0.5, 'of a person')")
        })
        .collect();
    format!("INSERT INTO margins VALUES {}", rows.join(", "))
}
