//! Restarting a unit of systemd, over D-Bus.

use std::time::Duration;

use anyhow::Context as _;
use futures::StreamExt;
use zbus::{
    Connection, connection,
    proxy::CacheProperties,
    zvariant::{ObjectPath, OwnedObjectPath},
};

use super::ActionError;

/// A broken program ends within moments of its start, and the systemd job does not wait for that.
pub const SETTLES: Duration = Duration::from_secs(2);
/// The interval and number of looks at a unit that is still starting.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);
pub const LOOKS: u32 = 8;

/// The job mode: replaces a pending job of the unit.
const REPLACE: &str = "replace";

/// <https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.systemd1.html>
#[zbus::proxy(
    interface = "org.freedesktop.systemd1.Manager",
    default_service = "org.freedesktop.systemd1",
    default_path = "/org/freedesktop/systemd1",
    gen_blocking = false
)]
trait Systemd {
    /// Signals go only to those who have asked for them.
    fn subscribe(&self) -> zbus::Result<()>;

    fn get_unit(&self, name: &str) -> zbus::Result<OwnedObjectPath>;

    fn restart_unit(&self, name: &str, mode: &str) -> zbus::Result<OwnedObjectPath>;

    #[zbus(signal)]
    fn job_removed(
        &self,
        id: u32,
        job: ObjectPath<'_>,
        unit: &str,
        result: &str,
    ) -> zbus::Result<()>;
}

#[zbus::proxy(
    interface = "org.freedesktop.systemd1.Unit",
    default_service = "org.freedesktop.systemd1",
    gen_blocking = false
)]
trait Unit {
    #[zbus(property)]
    fn active_state(&self) -> zbus::Result<String>;
}

#[zbus::proxy(
    interface = "org.freedesktop.systemd1.Service",
    default_service = "org.freedesktop.systemd1",
    gen_blocking = false
)]
trait Service {
    #[zbus(property, name = "Type")]
    fn kind(&self) -> zbus::Result<String>;

    #[zbus(property)]
    fn result(&self) -> zbus::Result<String>;
}

/// The state of a unit some time after its restart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitState {
    /// `ActiveState`.
    pub active: String,
    /// `Type` of a service.
    pub kind: String,
    /// `Result` of a service.
    pub result: String,
}

impl UnitState {
    /// Tells if it runs, or has finished successfully; `None` while undecided.
    pub fn is_up(&self) -> Option<bool> {
        match self.active.as_str() {
            "active" | "reloading" => Some(true),
            "activating" | "deactivating" => None,
            // A oneshot service ends after its work.
            "inactive" => Some(self.kind == "oneshot" && self.result == "success"),
            _ => Some(false),
        }
    }

    pub fn told(&self) -> String {
        match self.result.as_str() {
            "" | "success" => self.active.clone(),
            result => format!("{} ({result})", self.active),
        }
    }
}

/// Restarts the unit and waits for the outcome. `bus` is the system bus's address, if it is not the usual one.
pub async fn restart(bus: Option<&str>, unit: &str) -> Result<String, ActionError> {
    let bus = connect(bus)
        .await
        .context("the system bus cannot be reached")?;
    let lost = "systemd does not answer";
    let systemd = SystemdProxy::new(&bus).await.context(lost)?;
    // Subscribed before the job begins, so that its end is not missed.
    let mut ended = systemd.receive_job_removed().await.context(lost)?;
    systemd.subscribe().await.context(lost)?;
    let job = match systemd.restart_unit(unit, REPLACE).await {
        Ok(job) => job,
        // The unit does not exist, or may not be restarted.
        Err(zbus::Error::MethodError(name, why, _)) => {
            let why = why.unwrap_or_else(|| name.to_string());
            return Err(ActionError::Final(format!(
                "{unit} is not restarted: {why}"
            )));
        }
        Err(error) => return Err(anyhow::Error::from(error).context(lost).into()),
    };
    while let Some(signal) = ended.next().await {
        let said = signal.args().context(lost)?;
        if *said.job() == job.as_ref() {
            return match *said.result() {
                "done" => stays_up(&bus, &systemd, unit).await,
                result => Err(anyhow::anyhow!("the restart of {unit} ended as {result}").into()),
            };
        }
    }
    Err(anyhow::anyhow!(lost).into())
}

/// A finished job means that the unit was started, not that it stays up.
async fn stays_up(
    bus: &Connection,
    systemd: &SystemdProxy<'_>,
    unit: &str,
) -> Result<String, ActionError> {
    tokio::time::sleep(SETTLES).await;
    let mut state = UnitState::default();
    for _ in 0..LOOKS {
        state = look(bus, systemd, unit)
            .await
            .context("it cannot be found out how the unit stands after its restart")?;
        match state.is_up() {
            Some(true) => return Ok(format!("{unit} was restarted")),
            Some(false) => break,
            None => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
    let told = state.told();
    Err(anyhow::anyhow!("{unit} was restarted, and is {told} now").into())
}

async fn look(bus: &Connection, systemd: &SystemdProxy<'_>, unit: &str) -> zbus::Result<UnitState> {
    let path = systemd.get_unit(unit).await?;
    let unit = UnitProxy::builder(bus)
        .path(&path)?
        .cache_properties(CacheProperties::No)
        .build()
        .await?;
    let service = ServiceProxy::builder(bus)
        .path(&path)?
        .cache_properties(CacheProperties::No)
        .build()
        .await?;
    Ok(UnitState {
        active: unit.active_state().await?,
        // Other kinds of units have neither property.
        kind: service.kind().await.unwrap_or_default(),
        result: service.result().await.unwrap_or_default(),
    })
}

async fn connect(address: Option<&str>) -> zbus::Result<Connection> {
    let bus = match address {
        Some(address) => connection::Builder::address(address)?,
        None => connection::Builder::system()?,
    };
    bus.build().await
}
