//! Messages below a picture.

use super::{
    Address, Arrival, Failure, Telegram,
    sent::{Picture, Sent},
};

impl Telegram {
    /// Answers a person, like [`Telegram::reply`]. If Telegram does not accept the picture, the message is sent as text
    /// alone, so that no figure is lost. The same happens to a message too long for a caption, which `views` should
    /// never create.
    pub async fn reply_with_picture(
        &self,
        address: Address,
        picture: &Picture,
    ) -> Result<Arrival, Failure> {
        let sent = self.patiently(address, Sent::Picture(picture)).await;
        match sent {
            // An upload may fail where a text succeeds, because it is larger and takes longer.
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
}
