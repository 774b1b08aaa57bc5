//! Messages below a picture.

use teloxide::{
    RequestError,
    payloads::SendPhotoSetters,
    requests::Requester,
    types::{ChatId, InputFile, MessageId, ParseMode, ReplyParameters, ThreadId},
};

use super::{Address, Failure, Sent, Telegram, keyboard};
use crate::views::{Message, plain_text};

/// What the file is called on the phone of whoever keeps it.
const FILE_NAME: &str = "chart.png";

/// A picture with a message below it, which `views` has made as short as a caption must be.
#[derive(Clone, Debug)]
pub struct Picture {
    pub png: Vec<u8>,
    pub message: Message,
}

impl Telegram {
    /// An answer to a person, as [`Telegram::reply`]. For want of a picture no figure is lost: what Telegram does not
    /// take with it goes as text alone.
    pub async fn reply_with_picture(
        &self,
        address: Address,
        picture: &Picture,
    ) -> Result<i32, Failure> {
        let sent = self.patiently(address, Sent::Picture(picture)).await;
        match sent {
            // An upload may fail where a text goes through: it is larger, and takes longer.
            Err(
                failure @ (Failure::Picture
                | Failure::Refused(_)
                | Failure::Server
                | Failure::Garbled
                | Failure::Timeout
                | Failure::Unreachable),
            ) => {
                tracing::warn!(%failure, "a picture does not arrive; sending its text alone");
                self.reply(address, &picture.message).await
            }
            sent => sent,
        }
    }

    pub(super) fn photo_request(
        &self,
        Address { to, reply_to }: Address,
        Picture { png, message }: &Picture,
        markup: bool,
    ) -> impl Future<Output = Result<teloxide::types::Message, RequestError>> + use<> {
        let file = InputFile::memory(png.clone()).file_name(FILE_NAME);
        let caption = if markup {
            message.html.clone()
        } else {
            plain_text(&message.html)
        };
        let mut request = self
            .bot
            .send_photo(ChatId(to.chat_id), file)
            .caption(caption)
            .disable_notification(message.silent);
        if markup {
            request = request.parse_mode(ParseMode::Html);
        }
        if let Some(thread) = to.thread_id {
            request = request.message_thread_id(ThreadId(MessageId(thread)));
        }
        if let Some(message) = reply_to {
            request = request.reply_parameters(
                ReplyParameters::new(MessageId(message)).allow_sending_without_reply(),
            );
        }
        if let Some(markup) = keyboard(message) {
            request = request.reply_markup(markup);
        }
        request.into_future()
    }
}
