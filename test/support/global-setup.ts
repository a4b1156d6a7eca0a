import { prepareMariadb } from "./mariadb";

export default prepareMariadb;
