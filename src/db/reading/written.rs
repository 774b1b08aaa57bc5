//! Text from the platform, which may contain anything.

use sqlx::{Decode, Postgres, Sqlite, Type, error::BoxDynError, postgres, sqlite};

use super::moment;
use crate::domain::{Timestamp, one_line};

/// Text written by another program. `SQLite` stores any bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Written(pub String);

/// A moment, or the text of a column that holds none.
pub type WrittenMoment = Result<Timestamp, String>;

impl Written {
    pub fn moment(self) -> WrittenMoment {
        moment(&self.0).ok_or_else(|| one_line(&self.0))
    }
}

impl Type<Sqlite> for Written {
    fn type_info() -> sqlite::SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }

    fn compatible(_: &sqlite::SqliteTypeInfo) -> bool {
        true
    }
}

impl Decode<'_, Sqlite> for Written {
    fn decode(value: sqlite::SqliteValueRef<'_>) -> Result<Self, BoxDynError> {
        let bytes = <&[u8] as Decode<Sqlite>>::decode(value)?;
        Ok(Self(String::from_utf8_lossy(bytes).into_owned()))
    }
}

impl Type<Postgres> for Written {
    fn type_info() -> postgres::PgTypeInfo {
        <String as Type<Postgres>>::type_info()
    }

    fn compatible(info: &postgres::PgTypeInfo) -> bool {
        <String as Type<Postgres>>::compatible(info)
    }
}

impl Decode<'_, Postgres> for Written {
    fn decode(value: postgres::PgValueRef<'_>) -> Result<Self, BoxDynError> {
        <String as Decode<Postgres>>::decode(value).map(Self)
    }
}
