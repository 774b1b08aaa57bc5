//! The program while the disk is full, and after it.

use sovani_ops::{
    db::Db,
    demo::{Marketplace, Platform},
    domain::Money,
};

use crate::support::{
    database::on_sqlite,
    program::{ALERT_CHAT, Setup, TestProgram},
};

const SWEEPS: usize = 30;
/// How often the disk fills up.
const TIMES: usize = 10;

/// SQLite's own limit of pages has the connection on which the program writes behave as on a full disk. One that comes later
/// does not have it.
async fn fills_up(program: &TestProgram) {
    let Db::Sqlite(_, _, writer, _) = &program.cx().db else {
        unreachable!("the test is on SQLite")
    };
    let set = "PRAGMA max_page_count = 1";
    sqlx::query(set).execute(writer.pool()).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_told_by_the_probe_and_forgotten_when_there_is_room_again() {
    on_sqlite(async |database| {
        let platform = Platform::healthy("2025-10-02".parse().unwrap());
        let platform = platform.low_cash(Marketplace::Ozon, Money::from_roubles(-15_000));
        platform.create(database.db()).await.unwrap();
        let setup = Setup::beside(&database).with("AUTO_REMEDIATION_ENABLED", "false");
        let mut program = setup.start().await;
        program.cx().telegram.me().await.unwrap();
        // Every write needs one page more.
        database.execute("DELETE FROM job_runs; CREATE TABLE filler (x BLOB); PRAGMA incremental_vacuum").await;
        let full = "CREATE TRIGGER full BEFORE INSERT ON job_runs BEGIN INSERT INTO filler VALUES (zeroblob(200000)); END";
        database.execute(full).await;

        let mut refused = 0;
        for _ in 0..TIMES {
            fills_up(&program).await;
            program.sweep().await;
            let ready = program.get("/readyz").await;
            refused += usize::from(ready.status == 503);
            if ready.status == 503 {
                assert!(ready.text.contains("sweeps are not journalled"), "{ready:?}");
                assert!(ready.text.contains("full"), "{ready:?}");
            }
        }
        assert_eq!(refused, TIMES, "it is said each time");
        database.execute("DROP TRIGGER full; DROP TABLE filler").await;

        let ended = "SELECT COUNT(*) FROM job_runs WHERE job_name = 'ops_health_check' AND finished_at IS NOT NULL";
        let before = database.number(ended).await;
        for _ in 0..SWEEPS {
            program.sweep().await;
        }
        let journalled = database.number(ended).await - before;
        assert_eq!(usize::try_from(journalled).unwrap(), SWEEPS);
        program.get("/readyz").await.ok();
        program.hears(ALERT_CHAT, "below alert threshold").await;
        let told = program.said_in(ALERT_CHAT);
        let told: Vec<_> = told.iter().filter(|message| message.text.contains("below alert threshold")).collect();
        assert_eq!(told.len(), 1, "nothing is said twice: {told:#?}");
        program.stop().await;
    })
    .await;
}
