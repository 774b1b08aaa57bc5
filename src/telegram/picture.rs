//! Messages below a picture.

use super::{
    Address, Arrival, Failure, Telegram,
    sent::{Picture, Sent},
};

impl Telegram {
    /// An answer to a person, as [`Telegram::reply`]. For want of a picture no figure is lost: what Telegram does not
    /// take with it goes as text alone. So does a message too long for a caption, should `views` ever make one: a
    /// picture that comes apart from its figures says less than they do.
    pub async fn reply_with_picture(
        &self,
        address: Address,
        picture: &Picture,
    ) -> Result<Arrival, Failure> {
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
}
