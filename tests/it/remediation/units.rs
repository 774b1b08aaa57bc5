//! Restarting a unit, on a real bus with a stand-in for systemd.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use sovani_ops::domain::RemediationStatus;
use tempfile::TempDir;
use zbus::{
    Connection, connection, fdo, interface,
    object_server::SignalEmitter,
    zvariant::{ObjectPath, OwnedObjectPath},
};

use super::{anna, detector, remediate_by_hand};
use crate::support::{database::on_sqlite, program::Setup};

const LATENCY: &str = "check_api_latency_p95";
const PATH: &str = "/org/freedesktop/systemd1";

struct Bus {
    daemon: Child,
    address: String,
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

impl Bus {
    /// `None` where there is no `dbus-daemon`; in CI there must be one.
    fn start() -> Option<Self> {
        let started = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .spawn();
        let mut daemon = match started {
            Ok(daemon) => daemon,
            Err(error) => {
                assert!(std::env::var_os("CI").is_none(), "dbus-daemon: {error}");
                eprintln!("dbus-daemon is missing: systemd is not tested");
                return None;
            }
        };
        let mut address = String::new();
        let out = daemon.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        Some(Self { daemon, address })
    }
}

/// A unit with a known state.
struct Unit(&'static str);

#[interface(name = "org.freedesktop.systemd1.Unit")]
impl Unit {
    #[zbus(property)]
    fn active_state(&self) -> String {
        self.0.to_owned()
    }
}

struct Service {
    kind: &'static str,
    result: &'static str,
}

#[interface(name = "org.freedesktop.systemd1.Service")]
impl Service {
    #[zbus(property, name = "Type")]
    fn kind(&self) -> String {
        self.kind.to_owned()
    }

    #[zbus(property)]
    fn result(&self) -> String {
        self.result.to_owned()
    }
}

/// By the part of a unit's name that determines its state after a restart: `done.dies.service`.
const UNITS: [(&str, &str, Service); 4] = [
    (
        "service",
        "active",
        Service {
            kind: "simple",
            result: "success",
        },
    ),
    (
        "dies",
        "failed",
        Service {
            kind: "simple",
            result: "exit-code",
        },
    ),
    (
        "ends",
        "inactive",
        Service {
            kind: "simple",
            result: "success",
        },
    ),
    (
        "once",
        "inactive",
        Service {
            kind: "oneshot",
            result: "success",
        },
    ),
];

/// Says of every unit's job what its name says.
#[derive(Clone, Default)]
struct Systemd(Arc<Mutex<Vec<String>>>);

#[interface(name = "org.freedesktop.systemd1.Manager")]
impl Systemd {
    fn subscribe(&self) {
        self.0.lock().unwrap().push("subscribed".to_owned());
    }

    fn get_unit(&self, name: &str) -> OwnedObjectPath {
        let restarted = format!("{name} replace");
        let heard = self.0.lock().unwrap();
        assert!(heard.contains(&restarted), "{name} is looked at too soon");
        let stands = name.split('.').nth(1).unwrap();
        ObjectPath::try_from(format!("{PATH}/unit/{stands}"))
            .unwrap()
            .into()
    }

    async fn restart_unit(
        &self,
        name: &str,
        mode: &str,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> fdo::Result<OwnedObjectPath> {
        if name == "missing.service" {
            return Err(fdo::Error::Failed(format!("Unit {name} not found.")));
        }
        self.0.lock().unwrap().push(format!("{name} {mode}"));
        let result = name.split_once('.').map_or(name, |(result, _)| result);
        // Another job's end comes first, and this one's before the answer.
        for (id, unit, result) in [(1, "other.service", "failed"), (2, name, result)] {
            let job = ObjectPath::try_from(format!("{PATH}/job/{id}")).unwrap();
            emitter.job_removed(id, job, unit, result).await?;
        }
        Ok(ObjectPath::try_from(format!("{PATH}/job/2"))
            .unwrap()
            .into())
    }

    #[zbus(signal)]
    async fn job_removed(
        emitter: &SignalEmitter<'_>,
        id: u32,
        job: ObjectPath<'_>,
        unit: &str,
        result: &str,
    ) -> zbus::Result<()>;
}

impl Systemd {
    async fn on(&self, bus: &Bus) -> Connection {
        let mut service = connection::Builder::address(bus.address.as_str())
            .unwrap()
            .name("org.freedesktop.systemd1")
            .unwrap()
            .serve_at(PATH, self.clone())
            .unwrap();
        for (name, active, of_service) in UNITS {
            let path = ObjectPath::try_from(format!("{PATH}/unit/{name}")).unwrap();
            service = service
                .serve_at(path.clone(), Unit(active))
                .unwrap()
                .serve_at(path, of_service)
                .unwrap();
        }
        service.build().await.unwrap()
    }
}

#[tokio::test]
async fn a_unit_is_restarted_and_the_end_of_its_job_is_waited_for() {
    let Some(bus) = Bus::start() else { return };
    let systemd = Systemd::default();
    let _service = systemd.on(&bus).await;
    on_sqlite(async |database| {
        for (unit, outcome, details) in [
            ("done.service", RemediationStatus::Success, "done.service was restarted"),
            ("done.dies.service", RemediationStatus::Failed, "done.dies.service was restarted, and is failed (exit-code) now"),
            ("done.ends.service", RemediationStatus::Failed, "done.ends.service was restarted, and is inactive now"),
            ("done.once.service", RemediationStatus::Success, "done.once.service was restarted"),
            ("timeout.service", RemediationStatus::Failed, "the restart of timeout.service ended as timeout"),
            ("missing.service", RemediationStatus::Failed, "missing.service is not restarted: Unit missing.service not found."),
        ] {
            let folder = TempDir::new().unwrap();
            let file = folder.path().join("ops.toml");
            let entry = format!(
                "[[action]]\nname = \"restart_api\"\nkind = \"systemd\"\nunit = {unit:?}\ndetectors = [{LATENCY:?}]"
            );
            std::fs::write(&file, entry).unwrap();
            let program = Setup::beside(&database)
                .with("OPS_CONFIG", file.display().to_string())
                .with("DBUS_SYSTEM_BUS_ADDRESS", &bus.address)
                .with("AUTO_REMEDIATION_MAX_RETRIES", "0")
                .start()
                .await;
            let detector = detector(LATENCY);
            let report = remediate_by_hand(program.cx(), &detector, Some("restart_api"), &anna()).await;
            let report = report.unwrap();
            assert_eq!((report.status, report.details.as_str()), (outcome, details));
        }
    })
    .await;
    let heard = systemd.0.lock().unwrap().clone();
    assert_eq!(
        heard,
        [
            "subscribed",
            "done.service replace",
            "subscribed",
            "done.dies.service replace",
            "subscribed",
            "done.ends.service replace",
            "subscribed",
            "done.once.service replace",
            "subscribed",
            "timeout.service replace",
            "subscribed"
        ]
    );
}

#[tokio::test]
async fn a_bus_that_is_not_there_is_named_as_the_cause() {
    let failure =
        sovani_ops::actions::restart_unit(Some("unix:path=/nonexistent/bus"), "x.service").await;
    let told = failure.unwrap_err().to_string();
    assert!(
        told.starts_with("the system bus cannot be reached: "),
        "{told}"
    );
}
