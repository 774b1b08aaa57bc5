//! Where a file may lie, by what the kernel lists.

use std::path::Path;

use sovani_ops::db::{FileLocation, Lock, Misplaced, Mount, locks, parse_mounts};

const HOST: &str = "22 1 0:20 / /proc rw - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 27 254:1 / /srv rw - ext4 /dev/vdb rw
";
/// The platform's file, mounted alone into a container, as such a container sees it.
const CONTAINER: &str = "100 1 0:60 / / rw,relatime - overlay overlay rw
101 100 0:61 / /proc rw - proc proc rw
102 100 254:1 /platform/x.db /app/x.db rw - ext4 /dev/vdb rw
";

fn place(file: &str, own: &str) -> FileLocation {
    FileLocation {
        file: file.into(),
        names: 1,
        own: parse_mounts(own.as_bytes()),
        ..FileLocation::default()
    }
}

fn seen_by_others(place: FileLocation, others: &str) -> FileLocation {
    FileLocation {
        others: parse_mounts(others.as_bytes()).into_iter().collect(),
        ..place
    }
}

fn mounted(judged: Result<(), Misplaced>) -> String {
    match judged {
        Err(Misplaced::Mounted { at, .. }) => at.display().to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_on_a_disk_of_this_machine_is_safe() {
    for file in ["/x.db", "/srv/platform/x.db", "/home/x.db"] {
        assert_eq!(place(file, HOST).judge(), Ok(()), "{file}");
        assert_eq!(seen_by_others(place(file, HOST), HOST).judge(), Ok(()));
    }
}

#[test]
fn a_file_that_is_mounted_alone_is_refused_on_either_side_of_the_mount() {
    assert_eq!(mounted(place("/app/x.db", CONTAINER).judge()), "/app/x.db");
    let outside = seen_by_others(place("/srv/platform/x.db", HOST), CONTAINER);
    assert_eq!(mounted(outside.judge()), "/app/x.db");
}

#[test]
fn a_file_that_is_mounted_elsewhere_in_the_same_view_is_refused() {
    let own = format!("{HOST}40 27 254:1 /platform/x.db /home/anna/x.db rw - ext4 /dev/vdb rw\n");
    assert_eq!(
        mounted(place("/srv/platform/x.db", &own).judge()),
        "/home/anna/x.db"
    );
    // Its neighbour is not.
    assert_eq!(place("/srv/platform/y.db", &own).judge(), Ok(()));
    // Nor is a file of the same path on another disk.
    assert_eq!(place("/platform/x.db", &own).judge(), Ok(()));
}

#[test]
fn a_folder_that_is_mounted_is_safe_on_both_sides() {
    let container = "100 1 0:60 / / rw - overlay overlay rw
102 100 254:1 /platform /app rw - ext4 /dev/vdb rw
";
    let inside = seen_by_others(place("/app/x.db", container), HOST);
    assert_eq!(inside.judge(), Ok(()));
    let outside = seen_by_others(place("/srv/platform/x.db", HOST), container);
    assert_eq!(outside.judge(), Ok(()));
}

#[test]
fn a_mounted_file_whose_first_name_is_gone_is_refused() {
    let own =
        format!("{HOST}40 27 254:1 /platform/x.db//deleted /app/x.db rw - ext4 /dev/vdb rw\n");
    assert_eq!(mounted(place("/app/x.db", &own).judge()), "/app/x.db");
    let before = place("/srv/platform/x.db", &own);
    assert_eq!(mounted(before.judge()), "/app/x.db");
}

#[test]
fn blanks_and_backslashes_in_a_path_are_read() {
    let own = "27 1 254:0 / / rw - ext4 /dev/vda rw
30 27 254:0 /my\\040data/x\\134y.db /app/x.db rw - ext4 /dev/vda rw
";
    assert_eq!(mounted(place("/my data/x\\y.db", own).judge()), "/app/x.db");
}

#[test]
fn a_file_apart_from_its_folder_is_refused_without_a_list_of_mounts() {
    let place = FileLocation {
        is_apart: true,
        ..place("/app/x.db", "")
    };
    assert_eq!(mounted(place.judge()), "/app/x.db");
}

#[test]
fn a_second_name_is_refused() {
    let place = FileLocation {
        names: 2,
        ..place("/srv/x.db", HOST)
    };
    let misplaced = place.judge().unwrap_err();
    assert!(
        misplaced.to_string().contains("/srv/x.db has 2 names"),
        "{misplaced}"
    );
    assert!(misplaced.advice().contains("-samefile /srv/x.db"));
}

#[test]
fn file_systems_that_other_machines_write_to_are_refused_and_this_machines_own_are_not() {
    for (kind, safe) in [
        ("ext4", true),
        ("xfs", true),
        ("btrfs", true),
        ("zfs", true),
        ("tmpfs", true),
        ("overlay", true),
        ("fuseblk", true),
        ("nfs", false),
        ("nfs4", false),
        ("cifs", false),
        ("smb3", false),
        ("9p", false),
        ("virtiofs", false),
        ("fuse.sshfs", false),
        ("fuse.glusterfs", false),
        ("fuse.s3fs", false),
        ("ceph", false),
    ] {
        let own = format!("{HOST}40 27 0:99 / /mnt rw - {kind} server:/x rw\n");
        let judged = place("/mnt/x.db", &own).judge();
        assert_eq!(judged.is_ok(), safe, "{kind}: {judged:?}");
        if let Err(misplaced) = judged {
            assert!(misplaced.to_string().contains(kind), "{misplaced}");
            assert!(misplaced.advice().contains("PostgreSQL"));
        }
        // A path below another mount point is a different one.
        assert_eq!(place("/srv/x.db", &own).judge(), Ok(()));
    }
}

#[test]
fn without_a_list_of_mounts_the_number_of_the_file_system_tells() {
    for (number, safe) in [(0xEF53, true), (0x6969, false), (0xFE53_4D42, false)] {
        let place = FileLocation {
            number,
            ..place("/mnt/x.db", "")
        };
        assert_eq!(place.judge().is_ok(), safe, "{number:x}");
    }
}

#[test]
fn of_two_mounts_on_one_point_the_later_one_counts() {
    let own = format!(
        "{HOST}40 27 0:99 / /mnt rw - nfs4 server:/x rw\n41 40 254:3 / /mnt rw - ext4 /dev/vdd rw\n"
    );
    assert_eq!(place("/mnt/x.db", &own).judge(), Ok(()));
}

#[test]
fn symbolic_links_are_followed_to_the_file_beside_which_the_journal_is() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    std::fs::create_dir(folder.join("real")).unwrap();
    std::os::unix::fs::symlink(folder.join("real"), folder.join("linked")).unwrap();
    std::os::unix::fs::symlink("linked/x.db", folder.join("one.db")).unwrap();
    std::os::unix::fs::symlink("one.db", folder.join("two.db")).unwrap();

    let absent = FileLocation::of(&folder.join("two.db"));
    assert_eq!(absent.file, folder.join("real/x.db"));
    assert_eq!(absent.judge(), Ok(()));
    std::fs::write(folder.join("real/x.db"), b"").unwrap();
    assert_eq!(FileLocation::of(&folder.join("two.db")).judge(), Ok(()));
    std::fs::hard_link(folder.join("real/x.db"), folder.join("copy.db")).unwrap();
    let judged = FileLocation::of(&folder.join("two.db")).judge();
    assert!(
        matches!(judged, Err(Misplaced::HardLinked { names: 2, .. })),
        "{judged:?}"
    );
}

#[test]
fn lines_of_the_list_that_make_no_sense_are_left_out() {
    let text = b"\n27\n27 1 254:0 / / rw\n27 1 254:0 / / rw -\n27 1 254:0 /\\9 /\\ rw - ext4 x rw\n\xff\xff";
    let mounts = parse_mounts(text);
    let [mount] = &mounts[..] else {
        panic!("{mounts:?}")
    };
    let expected = Mount {
        device: "254:0".to_owned(),
        root: "/\\9".into(),
        point: "/\\".into(),
        kind: "ext4".to_owned(),
    };
    assert_eq!(*mount, expected);
    assert_eq!(mount.inside(Path::new("/\\/x")), Path::new("/\\9/x"));
}

#[test]
fn locks_are_read_as_the_kernel_lists_them() {
    let text = "1: POSIX  ADVISORY  WRITE 708 fe:00:131075 1073741824 1073742335
1: -> POSIX  ADVISORY  WRITE 709 fe:00:131075 1073741824 1073742335
2: FLOCK  ADVISORY  WRITE 710 fe:00:131075 0 EOF
3: POSIX  ADVISORY  READ 711 00:1b:42 128 128
4: OFDLCK ADVISORY  READ -1 00:06:1039 0 EOF
5: POSIX  ADVISORY  READ 0 00:1b:42 128 128
";
    let lock = |pid, file, excludes_readers| Lock {
        pid,
        file,
        excludes_readers,
    };
    assert_eq!(
        locks(text),
        [
            lock(708, (0xfe, 0, 131_075), true),
            lock(711, (0, 0x1b, 42), false)
        ]
    );
}
