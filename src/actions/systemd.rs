//! Restarting a unit of systemd, over D-Bus.

use anyhow::Context as _;
use futures::StreamExt;
use zbus::{
    Connection, connection,
    zvariant::{ObjectPath, OwnedObjectPath},
};

use super::ActionError;

/// What replaces a job of the unit that is under way.
const REPLACE: &str = "replace";

/// <https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.systemd1.html>
#[zbus::proxy(
    interface = "org.freedesktop.systemd1.Manager",
    default_service = "org.freedesktop.systemd1",
    default_path = "/org/freedesktop/systemd1",
    gen_blocking = false
)]
trait Manager {
    /// Signals go only to those who have asked for them.
    fn subscribe(&self) -> zbus::Result<()>;

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

/// Restarts the unit and waits for what becomes of it. `bus` is the system bus's address, where it is not the usual one.
pub async fn restart(bus: Option<&str>, unit: &str) -> Result<String, ActionError> {
    let bus = connect(bus)
        .await
        .context("the system bus cannot be reached")?;
    let lost = "systemd does not answer";
    let manager = ManagerProxy::new(&bus).await.context(lost)?;
    // Before the job begins, so that its end is not missed.
    let mut ended = manager.receive_job_removed().await.context(lost)?;
    manager.subscribe().await.context(lost)?;
    let job = match manager.restart_unit(unit, REPLACE).await {
        Ok(job) => job,
        // There is no such unit, or no right to restart it.
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
                "done" => Ok(format!("{unit} was restarted")),
                result => Err(anyhow::anyhow!("the restart of {unit} ended as {result}").into()),
            };
        }
    }
    Err(anyhow::anyhow!(lost).into())
}

async fn connect(address: Option<&str>) -> zbus::Result<Connection> {
    let bus = match address {
        Some(address) => connection::Builder::address(address)?,
        None => connection::Builder::system()?,
    };
    bus.build().await
}
