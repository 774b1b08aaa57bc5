//! A disk that has too little room for the rewritten copy of a database.

use std::{
    fs::{File, OpenOptions},
    os::unix::fs::{FileExt, MetadataExt},
    path::{Path, PathBuf},
};

use sovani_ops::{
    db::DatabaseUrl,
    disk,
    domain::{DiskSpace, Volume, space_to_rewrite},
};
use tempfile::TempDir;

use crate::support::{
    database::{TestDatabase, on_sqlite},
    program::Setup,
};

/// Where the file's header has the size of a page, and how many pages there are.
const PAGE_SIZE_AT: u64 = 16;
const PAGES_AT: u64 = 28;

fn copies_on_one_disk(path: &Path) -> bool {
    disk::space_to_rewrite(path, 0).len() == 1
}

/// Makes the file claim three quarters of what the disk has left, or more than all where the copy would go elsewhere,
/// without taking them. Returns its size in bytes.
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
    let quarters = if copies_on_one_disk(path) { 3 } else { 5 };
    let pages = stat.f_bavail * stat.f_frsize / 4 * quarters / page_size;
    let count = u32::try_from(pages).unwrap();
    file.set_len(pages * page_size).unwrap();
    file.write_all_at(&count.to_be_bytes(), PAGES_AT).unwrap();
    pages * page_size
}

/// The file, with no connection left that knows it as it was.
async fn closed(database: &TestDatabase) -> PathBuf {
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
        let copies = if copies_on_one_disk(&path) { 2 } else { 1 };
        let needs = format!(
            "not vacuumed: that needs {:.1} MB of free disk space at {}, and there are ",
            megabytes(size * copies),
            path.display()
        );
        assert!(details.starts_with(&needs), "{details}, not {needs}");
        let file = std::fs::metadata(&path).unwrap();
        assert!(file.len() >= size, "it is not rewritten");
        assert!(file.blocks() * 512 < size / 2, "and was never filled");
        program.stop().await;
    })
    .await;
}

fn place(path: &str, device: Option<u64>, free: Option<u64>) -> Volume {
    Volume {
        path: path.into(),
        device,
        free,
    }
}

#[test]
fn a_rewrite_needs_the_copy_once_on_each_disk_and_twice_on_one() {
    let database = |free| place("ops.db", Some(1), free);
    let temporary = |device, free| Some(place("/var/tmp", device, free));
    let (here, there) = (Some(1), Some(2));
    let cases = [
        // On one disk.
        (
            Some(200),
            temporary(here, Some(200)),
            vec![("ops.db", 200, false)],
        ),
        (
            Some(199),
            temporary(here, Some(199)),
            vec![("ops.db", 200, true)],
        ),
        (None, temporary(here, None), vec![("ops.db", 200, false)]),
        (Some(199), None, vec![("ops.db", 200, true)]),
        // On two.
        (
            Some(100),
            temporary(there, Some(100)),
            vec![("ops.db", 100, false), ("/var/tmp", 100, false)],
        ),
        (
            Some(5000),
            temporary(there, Some(99)),
            vec![("ops.db", 100, false), ("/var/tmp", 100, true)],
        ),
        (
            Some(99),
            temporary(there, Some(5000)),
            vec![("ops.db", 100, true), ("/var/tmp", 100, false)],
        ),
        (
            Some(99),
            temporary(there, None),
            vec![("ops.db", 100, true), ("/var/tmp", 100, false)],
        ),
        (
            Some(100),
            temporary(None, Some(99)),
            vec![("ops.db", 100, false), ("/var/tmp", 100, true)],
        ),
    ];
    for (free, temporary, expected) in cases {
        let told = format!("{free:?} {temporary:?}");
        let rooms = space_to_rewrite(100, database(free), temporary);
        let found: Vec<_> = rooms
            .iter()
            .map(|room| (room.path.to_str().unwrap(), room.needed, room.is_short()))
            .collect();
        assert_eq!(found, expected, "{told}");
    }
    let huge = space_to_rewrite(u64::MAX, database(Some(0)), None);
    assert!(huge.iter().all(DiskSpace::is_short));
}

#[test]
fn a_copy_goes_where_sqlite_puts_temporary_files() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (one, two, file) = (path("one"), path("two"), path("file"));
    std::fs::create_dir(&one).unwrap();
    std::fs::create_dir(&two).unwrap();
    std::fs::write(&file, "").unwrap();
    let found = |first: &Path, second: Option<&Path>| {
        disk::temporary_folder(|name| match name {
            "SQLITE_TMPDIR" => Some(first.into()),
            "TMPDIR" => second.map(Into::into),
            _ => None,
        })
    };
    assert_eq!(found(&one, Some(&two)), Some(one));
    for unusable in [&file, &path("none"), &PathBuf::new()] {
        assert_eq!(
            found(unusable, Some(&two)).as_ref(),
            Some(&two),
            "{unusable:?}"
        );
    }
    assert_eq!(found(&file, None), disk::temporary_folder(|_| None));
}

fn megabytes(bytes: u64) -> f64 {
    sovani_ops::domain::megabytes(i64::try_from(bytes).unwrap())
}
