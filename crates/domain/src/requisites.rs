//! Formal checks of ИНН, ОГРН, КПП, СНИЛС, БИК and accounts.
