use sovani_ops::db::Db;

use crate::support::{
    database::on_postgres,
    deadline::eventually,
    process::{Process, overdrawn, telegram},
};

const ALERTS: &str =
    "SELECT COUNT(*) FROM ops_alerts_history WHERE source = 'check_cash_balance_threshold'";
const RUNS: &str =
    "SELECT COUNT(*) FROM ops_remediation_history WHERE source = 'check_cash_balance_threshold'";
/// A sweep cannot be journalled once it has alerted, while somebody keeps this lock; its actions start after that.
const HOLD: &str = "CREATE FUNCTION hold() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT 1 FROM ops_alerts_history) THEN PERFORM pg_advisory_xact_lock(42); END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER hold BEFORE UPDATE ON job_runs FOR EACH ROW WHEN (NEW.status = 'success') EXECUTE FUNCTION hold()";

#[tokio::test]
async fn an_action_is_started_although_the_program_was_killed_between_its_alert_and_it() {
    on_postgres(async |database| {
        overdrawn(&database).await;
        database.db().migrate().await.unwrap();
        database.execute(HOLD).await;
        let Db::Postgres(pool, ..) = database.db() else {
            unreachable!("PostgreSQL was asked for")
        };
        let mut holder = pool.begin().await.unwrap();
        sqlx::query("SELECT pg_advisory_xact_lock(42)")
            .execute(&mut *holder)
            .await
            .unwrap();
        let telegram = telegram().await;
        let process = Process::start(&database, &telegram, &[]);
        eventually("an alert", async || database.number(ALERTS).await == 1).await;
        process.kill().await;
        assert_eq!(database.number(RUNS).await, 0);
        holder.rollback().await.unwrap();
        // The leases of the killed process have expired.
        database.execute("DELETE FROM ops_leases").await;

        let process = Process::start(&database, &telegram, &[]);

        eventually("its action", async || database.number(RUNS).await == 1).await;
        let (status, log) = process.terminate().await;
        assert!(status.success(), "{log}");
        assert_eq!(database.number(ALERTS).await, 1, "{log}");
    })
    .await;
}
