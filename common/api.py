"""How every part of the API behaves: denied unless opened, only declared filters, pages of rows."""
