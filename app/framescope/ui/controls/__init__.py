"""Small controls that any panel uses: buttons, switches, drop-downs, labels that elide, the toast."""
