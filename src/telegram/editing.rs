//! Edits of messages.

use std::future::IntoFuture;

use teloxide::{
    payloads::EditMessageTextSetters,
    requests::Requester,
    types::{ChatId, MessageId, ParseMode},
};

use super::{Failure, SendPermit, Telegram, keyboard, no_preview, sending::REPLY_PATIENCE};
use crate::views::{Message, plain_text};

impl Telegram {
    /// Edits a message for a waiting person, after the delay that Telegram asked for.
    pub async fn edit(&self, chat: i64, message_id: i32, message: &Message) -> Result<(), Failure> {
        match self.quiet_for(chat) {
            Some(wait) if wait > REPLY_PATIENCE => return Err(Failure::RetryAfter(wait)),
            Some(wait) => tokio::time::sleep(wait).await,
            None => {}
        }
        let permit = self.permit_for(chat).await?;
        self.edit_once(permit, chat, message_id, message).await
    }

    /// One attempt. A message that already has this content counts as edited.
    pub async fn edit_once(
        &self,
        _permit: SendPermit,
        chat: i64,
        message_id: i32,
        message: &Message,
    ) -> Result<(), Failure> {
        let edit = |text: String| {
            let request = self
                .bot
                .edit_message_text(ChatId(chat), MessageId(message_id), text)
                .link_preview_options(no_preview());
            match keyboard(message) {
                Some(markup) => request.reply_markup(markup),
                None => request,
            }
        };
        let edited = match self
            .call(
                edit(message.html.clone())
                    .parse_mode(ParseMode::Html)
                    .into_future(),
            )
            .await
        {
            Err(Failure::Markup) => {
                self.call(edit(plain_text(&message.html)).into_future())
                    .await
            }
            edited => edited,
        };
        match edited {
            Ok(_) | Err(Failure::Unchanged) => Ok(()),
            Err(failure) => {
                self.heed(chat, &failure);
                Err(failure)
            }
        }
    }
}
