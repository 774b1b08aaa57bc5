//! Ends an incident by hand.

use super::Button;
use crate::{bot::deeds, domain::Role, ops::incidents::Deed, views::buttons::RESOLVE};

pub const BUTTON: Button = Button {
    name: RESOLVE,
    role: Role::Admin,
    press: |press| Box::pin(deeds::press(press, Deed::Resolve)),
};
