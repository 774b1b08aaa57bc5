//! TLS as libpq does it, with a real server and certificates made by `openssl`.

use super::{open, refused, text};
use crate::support::{openssl::Certificates, postgres_server::PostgresServer};

const ENCRYPTED: &str = "SELECT CAST(ssl AS TEXT) FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

struct Stage {
    server: PostgresServer,
    certificates: Certificates,
}

impl Stage {
    /// `None` when the tests are to do without `PostgreSQL`.
    fn new() -> Option<Self> {
        let server = PostgresServer::new()?;
        Some(Self {
            server,
            certificates: Certificates::new(),
        })
    }

    fn serve(&mut self, name: &str) {
        let path = |end: &str| self.certificates.path(&format!("{name}.{end}"));
        self.server.serve(
            &path("crt"),
            &path("key"),
            &self.certificates.path("root.crt"),
        );
    }

    /// `@` in the parameters is replaced by the folder of the certificates.
    fn url(&self, user: &str, host: &str, parameters: &str) -> String {
        let folder = self.certificates.folder().display().to_string();
        self.server
            .url(user, host, &parameters.replace('@', &folder))
    }

    async fn takes(&self, host: &str, parameters: &str) {
        let db = open(&self.url("postgres", host, parameters)).await;
        assert_eq!(text(&db, ENCRYPTED).await, "true", "{parameters}");
    }

    async fn refuses(&self, host: &str, parameters: &str, why: &str) {
        let said = refused(&self.url("postgres", host, parameters)).await;
        assert!(said.contains(why), "{parameters}: {said}");
    }
}

#[tokio::test]
async fn certificates_of_each_kind_are_judged_as_libpq_does() {
    let Some(mut stage) = Stage::new() else {
        return;
    };
    let made = &stage.certificates;
    made.authority("other");
    made.authority_under("between", "root");
    made.plain("recipe", "localhost", "root");
    made.plain("below", "localhost", "between");
    made.join(&["below.crt", "between.crt"], "chain.crt");
    std::fs::copy(made.path("below.key"), made.path("chain.key")).unwrap();
    made.self_signed("own", "localhost");
    made.named("named", "DNS:db.example, IP:127.0.0.1", "root");
    made.revoke("named");

    // Version 1, as PostgreSQL's documentation makes it, under the root and under an authority between them.
    for name in ["recipe", "chain"] {
        stage.serve(name);
        for parameters in [
            "",
            "sslmode=prefer",
            "sslmode=require",
            "sslmode=allow",
            "sslmode=require&sslrootcert=@/root.crt",
            "sslmode=verify-ca&sslrootcert=@/root.crt",
            "sslmode=verify-full&sslrootcert=@/root.crt",
        ] {
            stage.takes("localhost", parameters).await;
        }
        stage
            .takes("127.0.0.1", "sslmode=verify-ca&sslrootcert=@/root.crt")
            .await;
        for (parameters, why) in [
            ("sslmode=require&sslrootcert=@/other.crt", "certificate"),
            ("sslmode=verify-ca&sslrootcert=@/other.crt", "certificate"),
            ("sslmode=verify-full&sslrootcert=system", "certificate"),
            ("sslmode=require&sslrootcert=system", "verify-full"),
            ("sslmode=verify-ca", "sslrootcert"),
            ("sslmode=require&sslrootcert=@/absent.crt", "absent.crt"),
            ("sslmode=require&sslrootcert=@/root.key", "root.key"),
        ] {
            stage.refuses("localhost", parameters, why).await;
        }
        let by_number = "sslmode=verify-full&sslrootcert=@/root.crt";
        stage.refuses("127.0.0.1", by_number, "not valid for").await;
    }

    // Its own authority: in its own file it is trusted, and nowhere else.
    stage.serve("own");
    stage.takes("localhost", "sslmode=require").await;
    stage
        .takes("localhost", "sslmode=verify-full&sslrootcert=@/own.crt")
        .await;
    stage
        .refuses(
            "localhost",
            "sslmode=require&sslrootcert=@/root.crt",
            "certificate",
        )
        .await;
    stage
        .refuses(
            "127.0.0.1",
            "sslmode=verify-full&sslrootcert=@/own.crt",
            "not valid for",
        )
        .await;

    stage.serve("named");
    stage
        .takes("127.0.0.1", "sslmode=verify-full&sslrootcert=@/root.crt")
        .await;
    stage
        .refuses(
            "localhost",
            "sslmode=verify-full&sslrootcert=@/root.crt",
            "not valid for",
        )
        .await;
    let revoked = "sslmode=require&sslrootcert=@/root.crt&sslcrl=@/root.crl";
    stage.refuses("127.0.0.1", revoked, "evoked").await;
}

#[tokio::test]
async fn a_list_that_cannot_be_looked_through_is_told_with_what_to_do() {
    let Some(mut stage) = Stage::new() else {
        return;
    };
    let made = &stage.certificates;
    made.authority("other");
    made.plain("recipe", "localhost", "root");
    made.self_signed("own", "localhost");
    made.named("named", "DNS:localhost", "root");
    made.named("gone", "DNS:localhost", "root");
    made.named("foreign", "DNS:localhost", "other");
    made.revoke("gone");
    made.list_of_version_1();
    let listed = "sslmode=verify-full&sslrootcert=@/root.crt&sslcrl=@/root.crl";

    stage.serve("named");
    stage.takes("localhost", listed).await;
    let of_version_1 = listed.replace("root.crl", "old.crl");
    stage
        .refuses("localhost", &of_version_1, "crlnumber and crl_extensions")
        .await;

    stage.serve("recipe");
    stage
        .refuses(
            "localhost",
            listed,
            "it is of version 1 or vouches for itself",
        )
        .await;
    stage
        .refuses("localhost", &of_version_1, "only lists of version 2")
        .await;
    stage.serve("own");
    let of_its_own = listed.replace("root.crt", "own.crt");
    stage
        .refuses("localhost", &of_its_own, "leave the list out")
        .await;
    stage.serve("foreign");
    let of_another = listed.replace("root.crt", "other.crt");
    stage
        .refuses(
            "localhost",
            &of_another,
            "no list in sslcrl is of its authority",
        )
        .await;
}

#[tokio::test]
async fn a_client_shows_its_certificate() {
    let Some(mut stage) = Stage::new() else {
        return;
    };
    stage.certificates.plain("recipe", "localhost", "root");
    stage.certificates.plain("shown", "shown", "root");
    stage.serve("recipe");
    let admin = open(&stage.url("postgres", "localhost", "")).await;
    let sovani_ops::db::Db::Postgres(pool, ..) = &admin else {
        unreachable!()
    };
    sqlx::query("CREATE ROLE shown LOGIN")
        .execute(pool)
        .await
        .unwrap();

    let with = "sslmode=require&sslcert=@/shown.crt&sslkey=@/shown.key";
    let db = open(&stage.url("shown", "localhost", with)).await;
    assert_eq!(
        text(&db, "SELECT CAST(current_user AS TEXT)").await,
        "shown"
    );
    let said = refused(&stage.url("shown", "localhost", "sslmode=require")).await;
    assert!(said.contains("certificate"), "{said}");

    let key = stage.certificates.path("shown.key");
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let said = refused(&stage.url("shown", "localhost", with)).await;
    assert!(
        said.contains("shown.key") && said.contains("chmod 600"),
        "{said}"
    );
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_asked_for() {
    crate::support::database::on_postgres(async |database| {
        let said = refused(&format!("{}?sslmode=require", database.url())).await;
        assert!(
            said.contains("does not encrypt, and sslmode=require asks for it"),
            "{said}"
        );
        open(&format!("{}?sslmode=prefer", database.url()))
            .await
            .ping()
            .await
            .unwrap();
    })
    .await;
}
