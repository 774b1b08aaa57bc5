//! Objects that depend on the program's views and tables, and their owners.

use sovani_ops::demo::Platform;
use url::Url;

use super::{TODAY, days_ago, slo_days};
use crate::support::{
    alembic,
    database::{TestDatabase, on_postgres},
};

async fn role(database: &TestDatabase, kind: &str) -> String {
    let url: Url = database.url().parse().unwrap();
    let role = format!("{kind}_{}", url.path().trim_start_matches('/'));
    database
        .execute(format!("CREATE ROLE {role} LOGIN PASSWORD 'role'"))
        .await;
    role
}

fn as_role(database: &TestDatabase, role: &str) -> String {
    let mut url: Url = database.url().parse().unwrap();
    url.set_username(role).unwrap();
    url.set_password(Some("role")).unwrap();
    url.into()
}

async fn may_read(database: &TestDatabase, role: &str, view: &str) -> bool {
    let may = format!("SELECT has_table_privilege('{role}', '{view}', 'SELECT')::int");
    database.number(may).await == 1
}

#[tokio::test]
async fn dependants_of_a_view_stay_when_the_platforms_tables_come() {
    on_postgres(async |database| {
        let reader = role(&database, "reader").await;
        database.db().migrate().await.unwrap();
        database
            .execute(format!(
                "CREATE VIEW g AS SELECT d FROM vw_slo_daily;
                 CREATE VIEW on_g AS SELECT d FROM g;
                 CREATE MATERIALIZED VIEW m AS SELECT * FROM vw_slo_daily;
                 CREATE FUNCTION f() RETURNS SETOF vw_slo_daily LANGUAGE sql AS 'SELECT * FROM vw_slo_daily';
                 CREATE RULE kept AS ON INSERT TO vw_slo_daily DO INSTEAD NOTHING;
                 GRANT SELECT ON vw_slo_daily TO {reader}"
            ))
            .await;
        let platform = Platform::healthy(TODAY);
        platform.create(database.db()).await.unwrap();

        database.db().migrate().await.unwrap();

        let days = i64::try_from(slo_days(&database).await.len()).unwrap();
        assert_eq!(days, 40);
        database.execute("REFRESH MATERIALIZED VIEW m").await;
        for what in ["vw_slo_daily", "g", "on_g", "m", "f()"] {
            let count = format!("SELECT COUNT(*) FROM {what}");
            assert_eq!(database.number(count).await, days, "{what}");
        }
        let rules = "SELECT COUNT(*) FROM pg_rules WHERE rulename = 'kept'";
        assert_eq!(database.number(rules).await, 1);
        assert!(may_read(&database, &reader, "vw_slo_daily").await);
        assert!(database.db().view_obstacles().await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_installation_with_dependent_views_is_adopted() {
    on_postgres(async |database| {
        let reader = role(&database, "reader").await;
        Platform::healthy(TODAY)
            .create(database.db())
            .await
            .unwrap();
        alembic::install(&database).await;
        database
            .execute(format!(
                "CREATE VIEW g AS SELECT d, scheduler_on_time_pct FROM vw_slo_daily;
                 CREATE VIEW h AS SELECT * FROM vw_ops_health;
                 CREATE VIEW k AS SELECT id, sent_to_chat_ids FROM ops_alerts_history;
                 GRANT SELECT ON vw_slo_daily, vw_ops_health TO {reader}"
            ))
            .await;
        assert!(
            database
                .number("SELECT COUNT(scheduler_on_time_pct) FROM g")
                .await
                > 0
        );

        database.db().migrate().await.unwrap();

        assert_eq!(
            database
                .number("SELECT COUNT(scheduler_on_time_pct) FROM g")
                .await,
            0,
            "what nothing measures is nothing"
        );
        assert_eq!(
            database.number("SELECT COUNT(*) FROM k").await,
            alembic::ALERTS
        );
        assert_eq!(database.number("SELECT COUNT(*) FROM h").await, 1);
        database.db().ops_health().await.unwrap();
        for view in ["vw_slo_daily", "vw_ops_health"] {
            assert!(may_read(&database, &reader, view).await, "{view}");
        }
        let days = slo_days(&database).await;
        assert!(days.iter().all(|day| day.scheduler_on_time_pct.is_none()));
    })
    .await;
}

#[tokio::test]
async fn a_view_with_other_columns_is_dropped_only_when_nothing_depends_on_it() {
    on_postgres(async |database| {
        let reader = role(&database, "reader").await;
        database
            .execute(format!(
                "CREATE VIEW vw_slo_daily AS SELECT DATE '2025-10-01' AS d, 1 AS score;
                 CREATE VIEW g AS SELECT score FROM vw_slo_daily;
                 GRANT SELECT ON vw_slo_daily TO {reader}"
            ))
            .await;

        let foreseen = database.db().view_obstacles().await.unwrap();
        database.db().migrate().await.unwrap();

        assert_eq!(database.db().view_obstacles().await.unwrap(), foreseen);
        let [obstacle] = &foreseen[..] else { panic!("{foreseen:?}") };
        assert_eq!(
            obstacle.to_string(),
            "vw_slo_daily stays as it is: it has columns of another program (score), and what needs it would go with it: \
             view g; drop that, restart, and make it again"
        );
        assert_eq!(database.number("SELECT score FROM g").await, 1);
        let days = database.slo_days(days_ago(7), TODAY).await;
        assert!(days.iter().all(|day| day.ingest_records == 0));

        database.execute("DROP VIEW g").await;
        database.db().migrate().await.unwrap();
        assert_eq!(database.number("SELECT COUNT(api_latency_p95_ms) FROM vw_slo_daily").await, 0);
        assert!(may_read(&database, &reader, "vw_slo_daily").await);
        assert!(database.db().view_obstacles().await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn tables_of_another_role_are_named_with_what_to_run_and_its_views_hold_nothing_up() {
    on_postgres(async |database| {
        Platform::healthy(TODAY).create(database.db()).await.unwrap();
        alembic::install(&database).await;
        let platform = role(&database, "platform").await;
        let account = role(&database, "account").await;
        database
            .execute(format!(
                "GRANT CREATE, USAGE ON SCHEMA public TO {account};
                 GRANT SELECT ON ALL TABLES IN SCHEMA public TO {account};
                 GRANT INSERT, UPDATE ON job_runs TO {account};
                 ALTER TABLE ops_alerts_history OWNER TO {platform};
                 ALTER TABLE ops_remediation_history OWNER TO {platform};
                 ALTER VIEW vw_slo_daily OWNER TO {platform};
                 GRANT SELECT ON ALL TABLES IN SCHEMA public TO {platform}"
            ))
            .await;
        let ours = TestDatabase::connect(as_role(&database, &account)).await;

        let refused = ours.db().migrate().await.unwrap_err().to_string();

        assert_eq!(
            refused,
            format!(
                "ops_alerts_history belongs to the role {platform}, ops_remediation_history belongs to the role {platform}, \
                 and only its owner can change a table; as a superuser, run: GRANT \"{platform}\" TO \"{account}\"; or else: \
                 ALTER TABLE ops_alerts_history OWNER TO \"{account}\"; ALTER TABLE ops_remediation_history OWNER TO \
                 \"{account}\";"
            )
        );
        let advised: String = refused.split("or else: ").nth(1).unwrap().to_owned();
        database.execute(advised).await;
        ours.db().migrate().await.unwrap();
        let obstacles = ours.db().view_obstacles().await.unwrap();
        let named: Vec<_> = obstacles.iter().map(|one| one.view).collect();
        assert_eq!(named, ["vw_slo_daily", "vw_ops_health"]);
        assert!(obstacles[0].why.contains(&platform), "{obstacles:?}");
        assert!(!slo_days(&ours).await.is_empty());
        assert!(ours.db().closed_tables().await.unwrap().is_empty());
        ours.db().ops_health().await.unwrap();

        database.execute(format!("GRANT {platform} TO {account}")).await;
        ours.db().migrate().await.unwrap();
        let named: Vec<_> = ours.db().view_obstacles().await.unwrap();
        assert_eq!(named.len(), 1, "{named:?}");
        ours.db().close().await;
    })
    .await;
}
