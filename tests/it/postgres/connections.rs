//! Few connections, and none.

use std::net::TcpListener;

use futures::future::join_all;
use sovani_ops::db::{self, Db};
use sqlx::{Connection, PgConnection};
use url::Url;

use super::{all_look, open, platform, refused};
use crate::support::{
    database::{TestDatabase, on_postgres},
    program::Setup,
};

/// The database's address for a role of its own, which has this many connections.
async fn granting(database: &TestDatabase, connections: u32) -> Url {
    platform(database).await;
    let role = format!("few_{:016x}", fastrand::u64(..));
    database
        .execute(format!(
            "CREATE ROLE {role} LOGIN PASSWORD 'secret' CONNECTION LIMIT {connections};
             GRANT ALL ON SCHEMA public TO {role};
             GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}"
        ))
        .await;
    let mut url: Url = database.url().parse().unwrap();
    url.set_username(&role).unwrap();
    url.set_password(Some("secret")).unwrap();
    url
}

async fn forget(database: &TestDatabase, url: &Url) {
    let role = url.username();
    database
        .execute(format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}"))
        .await;
}

#[tokio::test]
async fn detectors_wait_for_each_other_where_few_are_granted() {
    for granted in [1, 2, 3] {
        on_postgres(async |database: TestDatabase| {
            let url = granting(&database, granted).await;
            let mut program = Setup::beside(&database)
                .with("DATABASE_URL", url.as_str())
                .start()
                .await;
            for _ in 0..3 {
                join_all((0..3).map(|_| all_look(program.cx()))).await;
            }
            program.sweep().await;
            let at_most = program.cx().db.pool_size().unwrap();
            assert_eq!(at_most, if granted > 2 { granted - 1 } else { granted });
            program.stop().await;
            forget(&database, &url).await;
        })
        .await;
    }
}

#[tokio::test]
async fn those_that_others_take_meanwhile_are_done_without() {
    on_postgres(async |database: TestDatabase| {
        let url = granting(&database, 4).await;
        let mut program = Setup::beside(&database)
            .with("DATABASE_URL", url.as_str())
            .start()
            .await;
        program.cx().db.ping().await.unwrap();
        // One of ours is open; the others are gone before it needs them.
        let mut others = Vec::new();
        while let Ok(other) = PgConnection::connect(url.as_str()).await {
            others.push(other);
        }
        assert!(!others.is_empty());
        for _ in 0..2 {
            join_all((0..3).map(|_| all_look(program.cx()))).await;
        }
        drop(others);
        program.stop().await;
        forget(&database, &url).await;
    })
    .await;
}

#[tokio::test]
async fn too_many_connections_are_told_as_such() {
    on_postgres(async |database: TestDatabase| {
        let url = granting(&database, 1).await;
        let held = PgConnection::connect(url.as_str()).await.unwrap();
        let said = refused(url.as_str()).await;
        assert!(said.contains("too many connections"), "{said}");
        held.close().await.unwrap();
        forget(&database, &url).await;
    })
    .await;
}

#[tokio::test]
async fn a_pool_is_as_large_as_it_is_set() {
    on_postgres(async |database: TestDatabase| {
        for size in [1, 3] {
            let db = db::connect(&database.url().parse().unwrap(), size)
                .await
                .unwrap();
            assert_eq!(db.pool_size(), Some(size));
            db.migrate().await.unwrap();
            let Db::Postgres(pool, ..) = &db else {
                unreachable!()
            };
            join_all((0..8).map(|_| db.ping())).await;
            assert!(pool.size() <= size);
        }
    })
    .await;
}

#[tokio::test]
async fn each_reason_has_its_own_words() {
    on_postgres(async |database: TestDatabase| {
        let changed = |change: &dyn Fn(&mut Url)| {
            let mut url: Url = database.url().parse().unwrap();
            change(&mut url);
            url.to_string()
        };
        let nobody = {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().port()
        };
        let cases = [
            (
                changed(&|url| url.set_port(Some(nobody)).unwrap()),
                format!("nothing listens at 127.0.0.1:{nobody}"),
            ),
            (
                changed(&|url| url.set_password(Some("wrong")).unwrap()),
                "password authentication failed".to_owned(),
            ),
            (
                changed(&|url| url.set_path("absent")),
                "database \"absent\" does not exist".to_owned(),
            ),
            (
                changed(&|url| url.set_host(Some("absent.invalid")).unwrap()),
                "the name absent.invalid cannot be resolved".to_owned(),
            ),
            (
                "postgresql://u@/n?host=/nowhere&port=5433".to_owned(),
                "there is no socket /nowhere/.s.PGSQL.5433".to_owned(),
            ),
        ];
        let said = join_all(cases.iter().map(|(url, _)| refused(url))).await;
        for ((_, expected), said) in cases.iter().zip(&said) {
            assert!(said.contains(expected), "{said}");
            assert!(
                !said.contains("pool timed out") && !said.contains("permissions"),
                "{said}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn another_server_of_the_address_is_found() {
    on_postgres(async |database: TestDatabase| {
        let url: Url = database.url().parse().unwrap();
        let nobody = {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().port()
        };
        let several = format!(
            "postgresql://{}:{}@127.0.0.1:{nobody},127.0.0.1:{}{}?target_session_attrs=read-write",
            url.username(),
            url.password().unwrap(),
            url.port().unwrap(),
            url.path(),
        );
        open(&several).await.ping().await.unwrap();

        database
            .execute(format!(
                "ALTER DATABASE {} SET default_transaction_read_only = on",
                &url.path()[1..]
            ))
            .await;
        let said = refused(&several).await;
        assert!(said.contains("takes no writes"), "{said}");
    })
    .await;
}
