//! Ends an incident by hand.

use super::Button;
use crate::{bot::operations, domain::Role, ops::incidents::Operation, views::buttons::RESOLVE};

pub const BUTTON: Button = Button {
    name: RESOLVE,
    role: Role::Admin,
    press: |press| Box::pin(operations::press(press, Operation::Resolve)),
};
