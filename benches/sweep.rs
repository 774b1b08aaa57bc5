//! A whole sweep of the detectors, the week's service levels, and the daily facts of the whole past.
//!
//! On a made-up platform of 40 days, or on the database in `BENCH_DATABASE_URL`:
//! `BENCH_DATABASE_URL=sqlite:////tmp/big.db cargo bench --bench sweep`

use std::env;

use divan::Bencher;
use sovani_ops::{
    clock::Clock,
    db::{self, DatabaseUrl},
    demo::Platform,
    detectors::{self, Entry, Registry, Scene},
    domain::Check,
    facts::Facts,
    settings::{Settings, Source},
    web::Web,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

/// The folder goes with the bench.
struct Stage {
    runtime: Runtime,
    settings: Settings,
    facts: Facts,
    url: DatabaseUrl,
    web: Web,
    _folder: TempDir,
}

impl Stage {
    fn set() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let settings = Settings::load(&Source::fixed([]), &sovani_ops::actions::known())
            .expect("the defaults");
        let folder = TempDir::new().expect("a temporary folder");
        let given = env::var("BENCH_DATABASE_URL");
        let made_up = || format!("sqlite:///{}", folder.path().join("platform.db").display());
        let url = given.clone().unwrap_or_else(|_| made_up());
        let url: DatabaseUrl = url.parse().expect("BENCH_DATABASE_URL");
        let db = runtime.block_on(async {
            let db = db::open(&url).await.expect("the database");
            if given.is_ok() {
                return db;
            }
            let today = settings.calendar().today(Clock::system().now());
            let platform = Platform::healthy(today);
            platform.create(&db).await.expect("a platform");
            db
        });
        Self {
            runtime,
            settings,
            facts: Facts::of(db),
            url,
            web: Web::new().expect("a client"),
            _folder: folder,
        }
    }

    fn run(&self, which: &[Entry]) -> Vec<Check> {
        let now = Clock::system().now();
        let scene = Scene::new(&self.facts, &self.settings, &self.web, now);
        self.runtime.block_on(detectors::run(which, scene))
    }
}

#[divan::bench]
fn sweep(bencher: Bencher) {
    let stage = Stage::set();
    let which = Registry::built_in().runnable();
    bencher.bench_local(|| stage.run(&which));
}

/// The same when another program has written in between, so that everything is counted again.
#[divan::bench]
fn sweep_after_a_write_of_another(bencher: Bencher) {
    let stage = Stage::set();
    let which = Registry::built_in().runnable();
    let another = stage
        .runtime
        .block_on(db::open(&stage.url))
        .expect("the database");
    let write = || {
        let written = another.record_size(Clock::system().now(), 1);
        stage.runtime.block_on(written).expect("a write");
    };
    bencher
        .with_inputs(write)
        .bench_local_values(|()| stage.run(&which));
}

#[divan::bench]
fn week_of_service_levels(bencher: Bencher) {
    let stage = Stage::set();
    let today = stage.settings.calendar().today(Clock::system().now());
    let from = today - chrono::Days::new(6);
    let read = async || {
        let facts = stage.facts.reader(stage.settings.timezone, today).await;
        facts.slo_days((from, today)).await.expect("the days")
    };
    bencher.bench_local(|| stage.runtime.block_on(read()));
}

/// The first filling of the daily facts: every day of the past is counted.
#[divan::bench]
fn past_counted(bencher: Bencher) {
    let stage = Stage::set();
    let calendar = stage.settings.calendar();
    let today = calendar.today(Clock::system().now());
    let count = async |facts: &Facts| {
        let reader = facts.reader(calendar.zone, today).await;
        reader.follow().await.expect("the past");
    };
    bencher
        .with_inputs(|| Facts::of(stage.facts.db().clone()))
        .bench_local_refs(|facts| stage.runtime.block_on(count(facts)));
}
