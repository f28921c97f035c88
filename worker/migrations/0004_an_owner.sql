-- Somebody is always the owner: the last one can neither be removed nor given another role.
CREATE TRIGGER staff_members_keep_an_owner BEFORE UPDATE ON staff_members
WHEN OLD.role = 'owner' AND OLD.removed_at IS NULL
  AND (NEW.role <> 'owner' OR NEW.removed_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM staff_members WHERE role = 'owner' AND removed_at IS NULL AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'last_owner'); END;
