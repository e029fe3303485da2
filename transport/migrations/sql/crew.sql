-- Plate and driver belong to the vehicle that the carrier spoke of: when another one takes over, they are asked for anew,
-- unless the same statement tells them.
CREATE FUNCTION transport_crew_goes_with_its_vehicle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.plate_given, NEW.driver, NEW.driver_phone) IS NOT DISTINCT FROM (OLD.plate_given, OLD.driver, OLD.driver_phone) THEN
    NEW.plate_given := '';
    NEW.driver := '';
    NEW.driver_phone := '';
    NEW.crew_given_at := NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER trip_crew_goes_with_its_vehicle BEFORE UPDATE OF vehicle_id ON transport_trip
  FOR EACH ROW WHEN (OLD.vehicle_id IS NOT NULL AND NEW.vehicle_id IS DISTINCT FROM OLD.vehicle_id)
  EXECUTE FUNCTION transport_crew_goes_with_its_vehicle();
