//! Messages: one attempt, or as many as an answer to a person is worth.

use std::time::Duration;

use super::{Address, Arrival, Failure, SendPermit, Telegram, sent::Sent};
use crate::views;

/// Attempts of an answer to a person, who will ask again after a longer wait.
const REPLY_ATTEMPTS: u32 = 3;
/// The longest wait for an answer to a person.
pub const REPLY_PATIENCE: Duration = Duration::from_secs(10);

impl Telegram {
    /// One attempt. If Telegram cannot parse the markup, the message is sent as plain text.
    pub async fn send(
        &self,
        permit: SendPermit,
        address: Address,
        message: &views::Message,
    ) -> Result<i32, Failure> {
        let sent = self.with_permit(permit, address, Sent::Text(message)).await;
        sent.map(|arrival| arrival.message_id)
    }

    /// Answers a person: a few attempts within a bearable time, following the chat when it moves.
    pub async fn reply(
        &self,
        address: Address,
        message: &views::Message,
    ) -> Result<Arrival, Failure> {
        self.patiently(address, Sent::Text(message)).await
    }

    pub(super) async fn once(&self, address: Address, sent: Sent<'_>) -> Result<Arrival, Failure> {
        let permit = self.permit_for(address.to.chat_id).await?;
        self.with_permit(permit, address, sent).await
    }

    async fn with_permit(
        &self,
        _permit: SendPermit,
        address: Address,
        sent: Sent<'_>,
    ) -> Result<Arrival, Failure> {
        let chat = address.to.chat_id;
        let sent = match self.tied_or_not(address, sent, true).await {
            Err(Failure::Markup) => {
                tracing::error!(
                    chat,
                    "Telegram cannot read a message's markup; sending it as plain text"
                );
                self.tied_or_not(address, sent, false).await
            }
            sent => sent,
        };
        let arrival = |message: teloxide::types::Message| Arrival {
            chat_id: chat,
            message_id: message.id.0,
        };
        sent.map(arrival)
            .inspect_err(|failure| self.heed(chat, failure))
    }

    /// Sends the message without a reply if the message that it answers is gone.
    async fn tied_or_not(
        &self,
        address: Address,
        sent: Sent<'_>,
        markup: bool,
    ) -> Result<teloxide::types::Message, Failure> {
        match self.request(address, sent, markup).await {
            Err(Failure::NoReply) if address.reply_to.is_some() => {
                self.request(address.to.into(), sent, markup).await
            }
            sent => sent,
        }
    }

    pub(super) async fn patiently(
        &self,
        mut address: Address,
        sent: Sent<'_>,
    ) -> Result<Arrival, Failure> {
        for _ in 1..REPLY_ATTEMPTS {
            match self.once(address, sent).await {
                Err(Failure::RetryAfter(wait)) if wait <= REPLY_PATIENCE => {
                    tokio::time::sleep(wait).await;
                }
                Err(Failure::Moved(chat)) => address.to.chat_id = chat,
                Err(Failure::NoThread | Failure::ThreadClosed) => address.to.thread_id = None,
                Err(
                    Failure::Server | Failure::Garbled | Failure::Timeout | Failure::Unreachable,
                ) => {}
                done => return done,
            }
        }
        self.once(address, sent).await
    }
}
