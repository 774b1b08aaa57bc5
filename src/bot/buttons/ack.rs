//! Takes an incident on.

use super::Button;
use crate::{bot::deeds, domain::Role, ops::incidents::Deed, views::buttons::ACK};

pub const BUTTON: Button = Button {
    name: ACK,
    role: Role::Admin,
    press: |press| Box::pin(deeds::press(press, Deed::Acknowledge)),
};
