DROP FUNCTION transport_seats_withheld(jsonb, integer, integer, integer, text);
DROP TRIGGER trip_withholds ON transport_trip;
DROP FUNCTION transport_trip_withholds();
