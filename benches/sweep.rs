//! A whole sweep of the detectors, and the week's service levels.
//!
//! On a made-up platform of 40 days, or on the database in `BENCH_DATABASE_URL`:
//! `BENCH_DATABASE_URL=sqlite:////tmp/big.db cargo bench --bench sweep`

use std::env;

use divan::Bencher;
use sovani_ops::{
    clock::Clock,
    db::{self, Db},
    demo::Platform,
    detectors::{self, Registry, Scene},
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
    db: Db,
    web: Web,
    _folder: TempDir,
}

impl Stage {
    fn set() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let settings = Settings::load(&Source::fixed([]), &sovani_ops::actions::known())
            .expect("the defaults");
        let folder = TempDir::new().expect("a temporary folder");
        let db = runtime.block_on(async {
            if let Ok(url) = env::var("BENCH_DATABASE_URL") {
                let url = url.parse().expect("BENCH_DATABASE_URL");
                return db::open(&url).await.expect("the database");
            }
            let url = format!("sqlite:///{}", folder.path().join("platform.db").display());
            let url = url.parse().expect("a path");
            let db = db::open(&url).await.expect("a database");
            let today = settings.calendar().today(Clock::system().now());
            let platform = Platform::healthy(today);
            platform.create(&db).await.expect("a platform");
            db
        });
        Self {
            runtime,
            settings,
            db,
            web: Web::new().expect("a client"),
            _folder: folder,
        }
    }
}

#[divan::bench]
fn sweep(bencher: Bencher) {
    let stage = Stage::set();
    let which = Registry::built_in().runnable();
    bencher.bench_local(|| {
        let scene = Scene::new(
            &stage.db,
            &stage.settings,
            &stage.web,
            Clock::system().now(),
        );
        stage.runtime.block_on(detectors::run(&which, scene))
    });
}

#[divan::bench]
fn week_of_service_levels(bencher: Bencher) {
    let stage = Stage::set();
    let today = stage.settings.calendar().today(Clock::system().now());
    let from = today - chrono::Days::new(6);
    bencher.bench_local(|| {
        stage
            .runtime
            .block_on(stage.db.slo_days(from, today))
            .expect("the view")
    });
}
