//! Each error of SQLite, by its number and what is found around the file.

use sovani_ops::db::{FileTrouble, Holder, Surroundings, There, explain};

fn around() -> Surroundings {
    Surroundings {
        file: "/srv/x.db".into(),
        there: There::File,
        folder_is_there: true,
        free: Some(1 << 30),
        uid: 998,
        ..Surroundings::default()
    }
}

fn told(code: i32, around: &Surroundings) -> FileTrouble {
    explain(code, around).unwrap_or_else(|| panic!("{code} is not explained"))
}

#[test]
fn every_error_of_the_file_names_it_and_has_advice_of_its_own() {
    let mut advice = Vec::new();
    for (code, what) in [
        (5, "/srv/x.db is locked by another program"),
        (7, "there is no memory left to work on /srv/x.db"),
        (
            8,
            "/srv/x.db, or a journal beside it, cannot be opened for writing",
        ),
        (10, "the disk of /srv/x.db refuses to be written or read"),
        (11, "/srv/x.db is damaged"),
        (13, "the disk of /srv/x.db is full"),
        (26, "/srv/x.db is not an SQLite database"),
        (
            5386,
            "the file system of /srv/x.db does not let programs share",
        ),
    ] {
        let trouble = told(code, &around());
        assert!(trouble.what.starts_with(what), "{code}: {}", trouble.what);
        advice.push(trouble.advice);
    }
    let told = advice.len();
    advice.sort();
    advice.dedup();
    assert_eq!(advice.len(), told, "{advice:#?}");
}

#[test]
fn what_an_extended_code_adds_does_not_hide_its_kind() {
    for (plain, extended) in [
        (5, 261),
        (5, 517),
        (8, 1544),
        (8, 264),
        (11, 779),
        (14, 526),
        (10, 778),
    ] {
        assert_eq!(
            told(plain, &around()),
            told(extended, &around()),
            "{extended}"
        );
    }
}

#[test]
fn who_holds_the_lock_is_named() {
    let holder = |pid, name: &str| Holder {
        pid,
        name: name.to_owned(),
    };
    let around = Surroundings {
        holders: vec![holder(708, "python3"), holder(709, "sqlite3")],
        ..around()
    };
    assert_eq!(
        told(5, &around).what,
        "/srv/x.db is locked by python3 (process 708), sqlite3 (process 709)"
    );
}

#[test]
fn the_obstacle_to_opening_is_found() {
    let cases = [
        (
            Surroundings {
                folder_is_there: false,
                there: There::Nothing,
                ..around()
            },
            "there is no folder /srv",
        ),
        (
            Surroundings {
                there: There::Folder,
                ..around()
            },
            "/srv/x.db is a folder",
        ),
        (
            Surroundings {
                read_only: true,
                ..around()
            },
            "mounted read-only",
        ),
        (
            Surroundings {
                shut: vec!["/srv/x.db-wal".into()],
                ..around()
            },
            "this account (uid 998) may not write to /srv/x.db-wal",
        ),
        (
            Surroundings {
                there: There::Nothing,
                ..around()
            },
            "there is no file /srv/x.db",
        ),
    ];
    for (around, what) in cases {
        for code in [8, 14, 3] {
            let trouble = told(code, &around);
            assert!(trouble.what.contains(what), "{code}: {}", trouble.what);
        }
    }
}

#[test]
fn a_disk_without_room_is_full_under_every_error_of_sqlite() {
    let full = Surroundings {
        free: Some(4096),
        ..around()
    };
    for code in [13, 10, 778, 4874] {
        let trouble = told(code, &full);
        assert!(trouble.what.contains("is full"), "{code}: {}", trouble.what);
    }
    assert!(told(4874, &around()).what.contains("is full"));
}

#[test]
fn an_error_of_a_statement_says_nothing_of_the_file() {
    for code in [1, 9, 19, 20, 25, 1555] {
        assert_eq!(explain(code, &around()), None, "{code}");
    }
}
