"""The values that deciding (`helpdesk`) and storing (`store`) share. Plain data, standard library only."""
