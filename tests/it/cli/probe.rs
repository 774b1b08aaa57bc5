use sovani_ops::standin::BotApi;
use tokio::net::TcpListener;

use super::Shell;
use crate::support::{
    database::on_sqlite,
    process::{self, Process},
};

#[tokio::test]
async fn a_program_that_runs_is_alive_wherever_it_listens() {
    on_sqlite(async |database| {
        let telegram: BotApi = process::telegram().await;
        for host in ["127.0.0.1", "0.0.0.0"] {
            let settings = [
                ("HTTP_LISTEN", &*format!("{host}:0")),
                ("API_PUBLIC_READ", "true"),
            ];
            let mut program = Process::start(&database, &telegram, &settings);
            let api = program.api().await.unwrap();
            let shell = Shell::new()
                .with("HTTP_LISTEN", api.trim_start_matches("http://"))
                .with("API_PUBLIC_READ", "true");

            let said = shell.runs(&["probe"]).await;

            assert!(said.succeeds().ends_with(" is alive\n"));
            program.terminate().await;
        }
    })
    .await;
}

#[tokio::test]
async fn where_nobody_listens_nobody_is_alive() {
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let shell = Shell::new().with("HTTP_LISTEN", free.to_string());

    let said = shell.runs(&["probe"]).await;

    assert!(said.fails_with(1).contains("no connection"), "{}", said.err);
}
