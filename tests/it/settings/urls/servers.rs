//! Addresses of every form lead to a real server.

use std::{path::PathBuf, time::Duration};

use sovani_ops::db::{self, Db};
use tempfile::TempDir;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream, UnixListener},
    task::JoinSet,
};
use url::Url;

use crate::support::{
    database::{TestDatabase, on_postgres},
    deadline::eventually,
};

/// Somewhere else from which the test's server can be reached, until it is dropped.
struct Relay {
    place: Url,
    _tasks: JoinSet<()>,
}

impl Relay {
    async fn tcp(database: &TestDatabase) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut place: Url = database.url().parse().unwrap();
        let server = server(&place);
        place
            .set_port(Some(listener.local_addr().unwrap().port()))
            .unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((mut from, _)) = listener.accept().await {
                let server = server.clone();
                open.spawn(async move {
                    let mut to = TcpStream::connect(server).await.unwrap();
                    let _ = copy_bidirectional(&mut from, &mut to).await;
                });
            }
        });
        Self {
            place,
            _tasks: tasks,
        }
    }

    fn port(&self) -> u16 {
        self.place.port().unwrap()
    }
}

fn server(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())
}

/// `user:password`, and the name of the database.
fn parts(database: &TestDatabase) -> (String, String) {
    let url: Url = database.url().parse().unwrap();
    let login = format!("{}:{}", url.username(), url.password().unwrap());
    (login, url.path().trim_start_matches('/').to_owned())
}

async fn name_at(url: &str) -> String {
    let db = db::connect(&url.parse().unwrap(), db::POOL_SIZE)
        .await
        .unwrap();
    let Db::Postgres(pool, ..) = &db else {
        panic!("no postgresql");
    };
    let name = sqlx::query_scalar("SELECT current_database()::text")
        .fetch_one(pool)
        .await
        .unwrap();
    db.close().await;
    name
}

#[tokio::test]
async fn a_socket_is_reached_by_its_folder() {
    on_postgres(async |database| {
        let folder = TempDir::new().unwrap();
        let socket: PathBuf = folder.path().join(".s.PGSQL.6543");
        let listener = UnixListener::bind(&socket).unwrap();
        let to = server(&database.url().parse().unwrap());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((mut from, _)) = listener.accept().await {
                let to = to.clone();
                open.spawn(async move {
                    let mut to = TcpStream::connect(to).await.unwrap();
                    let _ = copy_bidirectional(&mut from, &mut to).await;
                });
            }
        });
        let (login, name) = parts(&database);
        let place = folder.path().display();
        for query in ["", "&sslmode=require"] {
            let url =
                format!("postgresql+psycopg2://{login}@/{name}?host={place}&port=6543{query}");
            assert_eq!(name_at(&url).await, name, "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_servers_of_a_list_are_tried_in_turn() {
    on_postgres(async |database| {
        let (login, name) = parts(&database);
        let port = server(&database.url().parse().unwrap());
        let port = port.rsplit(':').next().unwrap().to_owned();
        for (hosts, query) in [
            (format!("127.0.0.1:1,127.0.0.1:{port}"), String::new()),
            (
                format!("127.0.0.1:1,127.0.0.1:{port}"),
                "?target_session_attrs=read-write".to_owned(),
            ),
            (
                String::new(),
                format!("?host=127.0.0.1,127.0.0.1&port=1,{port}"),
            ),
            (
                String::new(),
                format!("?host=127.0.0.1:1&host=127.0.0.1:{port}&load_balance_hosts=random"),
            ),
            (
                "nowhere".to_owned(),
                format!("?hostaddr=127.0.0.1&port={port}"),
            ),
        ] {
            let url = format!("postgresql+asyncpg://{login}@{hosts}/{name}{query}");
            assert_eq!(name_at(&url).await, name, "{hosts}{query}");
        }
        let url = format!("postgresql://{login}@127.0.0.1:1,127.0.0.1:2/{name}");
        let error = db::open(&url.parse().unwrap()).await.unwrap_err();
        let told = format!("{error:#}");
        assert!(
            told.contains("nothing listens at 127.0.0.1:1")
                && told.contains("nothing listens at 127.0.0.1:2"),
            "{told}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_server_that_takes_no_writes_is_passed_over_where_writes_are_wanted() {
    on_postgres(async |database| {
        let (_, name) = parts(&database);
        database
            .execute(format!(
                "ALTER DATABASE {name} SET default_transaction_read_only = on"
            ))
            .await;
        let url = format!("{}?target_session_attrs=read-write", database.url());
        let error = db::connect(&url.parse().unwrap(), db::POOL_SIZE)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("takes no writes"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn when_one_server_of_a_list_is_gone_the_next_is_used() {
    on_postgres(async |database| {
        let (login, name) = parts(&database);
        let (first, second) = (Relay::tcp(&database).await, Relay::tcp(&database).await);
        let hosts = format!("127.0.0.1:{},127.0.0.1:{}", first.port(), second.port());
        let url = format!("postgresql://{login}@{hosts}/{name}");
        let db = db::connect(&url.parse().unwrap(), db::POOL_SIZE)
            .await
            .unwrap();
        db.server().await.unwrap();
        drop(first);
        eventually("the other server", async || {
            let asked = tokio::time::timeout(Duration::from_secs(1), db.server());
            matches!(asked.await, Ok(Ok(_)))
        })
        .await;
        db.close().await;
    })
    .await;
}
