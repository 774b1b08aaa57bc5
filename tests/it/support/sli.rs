//! The events of service levels, as the program reads them.

use sovani_ops::{
    db::Db,
    domain::{Counted, Target, Timestamp},
};

pub async fn counted_since(db: &Db, target: Target, since: Timestamp) -> Counted {
    let counted = db.counted_since_each(target, &[since]).await.unwrap();
    counted[0]
}
