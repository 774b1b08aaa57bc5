//! A disk that has too little room for the rewritten copy of a database.

use std::{
    fs::{File, OpenOptions},
    os::unix::fs::{FileExt, MetadataExt},
    path::Path,
};

use sovani_ops::db::DatabaseUrl;

use crate::support::{
    database::{TestDatabase, on_sqlite},
    program::Setup,
};

/// Where the file's header has the size of a page, and how many pages there are.
const PAGE_SIZE_AT: u64 = 16;
const PAGES_AT: u64 = 28;

/// Makes the file claim three quarters of what the disk has left, without taking them. Returns its size in bytes.
fn claim_too_much(path: &Path) -> u64 {
    let stat = rustix::fs::statvfs(path).unwrap();
    let file: File = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let mut page_size = [0; 2];
    file.read_exact_at(&mut page_size, PAGE_SIZE_AT).unwrap();
    let page_size = u64::from(u16::from_be_bytes(page_size));
    let pages = stat.f_bavail * stat.f_frsize / 4 * 3 / page_size;
    let count = u32::try_from(pages).unwrap();
    file.set_len(pages * page_size).unwrap();
    file.write_all_at(&count.to_be_bytes(), PAGES_AT).unwrap();
    pages * page_size
}

/// The file, with no connection left that knows it as it was.
async fn closed(database: &TestDatabase) -> std::path::PathBuf {
    Setup::beside(database).start().await.stop().await;
    database.db().close().await;
    match database.url().parse().unwrap() {
        DatabaseUrl::Sqlite(path) => path,
        DatabaseUrl::Postgres(_) => unreachable!(),
    }
}

#[tokio::test]
async fn a_vacuum_that_the_disk_has_no_room_for_is_not_begun() {
    on_sqlite(async |database| {
        let path = closed(&database).await;
        let size = claim_too_much(&path);
        let mut program = Setup::beside(&database).start().await;

        let report = program
            .post("/api/v1/ops/remediate?alert_source=check_db_growth")
            .await
            .ok();

        assert_eq!(report["status"], "failed");
        assert_eq!(
            report["retry_count"], 0,
            "more attempts would not make room"
        );
        let details = report["details"].as_str().unwrap();
        let needs = format!(
            "not vacuumed: that needs {:.1} MB of free disk space, and there are ",
            megabytes(size * 2)
        );
        assert!(details.starts_with(&needs), "{details}, not {needs}");
        let file = std::fs::metadata(&path).unwrap();
        assert!(file.len() >= size, "it is not rewritten");
        assert!(file.blocks() * 512 < size / 2, "and was never filled");
        program.stop().await;
    })
    .await;
}

fn megabytes(bytes: u64) -> f64 {
    sovani_ops::domain::megabytes(i64::try_from(bytes).unwrap())
}
