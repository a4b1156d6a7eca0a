import { stopMariadb } from "./mariadb";

export default stopMariadb;
