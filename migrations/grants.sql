-- Runs after every migration: the service's own role may not change or remove an event, nor alter a table.
grant usage on schema public to mci_app;
grant select, insert, update, delete on all tables in schema public to mci_app;
grant usage, select on all sequences in schema public to mci_app;
grant execute on all functions in schema public to mci_app;
revoke update, delete, truncate on event, event_seal from mci_app;
grant usage on schema pgboss to mci_app;
grant select, insert, update, delete on all tables in schema pgboss to mci_app;
grant usage, select on all sequences in schema pgboss to mci_app;
grant execute on all functions in schema pgboss to mci_app;
