//! Groups many simultaneous notices into a digest.

use super::board::Board;
use crate::{
    db::Tx,
    domain::{Audience, Grouping, Reason, STORM, Severity, grouping},
};

impl Board {
    /// Moves the notices into a digest if there are too many.
    pub async fn group(&mut self, tx: &mut Tx, audience: &Audience) -> sqlx::Result<()> {
        let loose = |escalated: bool| {
            self.notices()
                .filter(move |(_, slot, reason)| {
                    slot.incident.digest.is_none() && (*reason == Reason::Escalated) == escalated
                })
                .map(|(at, slot, reason)| {
                    (self.moves[at].slot, slot.incident.life.severity, reason)
                })
                .collect::<Vec<_>>()
        };
        for notices in [loose(false), loose(true)] {
            let alerts = notices
                .iter()
                .filter(|(.., reason)| reason.needs_attention())
                .count();
            let recent = if alerts > 0 {
                tx.called_between(self.now - STORM, self.now).await?
            } else {
                0
            };
            if grouping(notices.len(), alerts, recent, audience.group_max) == Grouping::Digest {
                self.join_digest(tx, &notices).await?;
            }
        }
        Ok(())
    }

    async fn join_digest(
        &mut self,
        tx: &mut Tx,
        notices: &[(usize, Severity, Reason)],
    ) -> sqlx::Result<()> {
        let digest = match tx.current_digest(self.now - STORM, self.now).await? {
            Some(digest) => {
                tx.digest_grew(digest, self.now).await?;
                digest
            }
            None => tx.open_digest(self.now).await?,
        };
        for (slot, ..) in notices {
            let slot = &mut self.slots[*slot];
            slot.incident.digest = Some(digest);
            slot.joined = true;
            slot.changed = true;
        }
        Ok(())
    }
}
